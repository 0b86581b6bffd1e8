package statusclient_test

import (
	"fmt"
	"slices"
	"testing"

	sc "github.com/candor-edge/candor/statusclient"
)

// hosting is ten thousand services, each with a component of its own and one of
// twenty nodes, on three backends with incidents, and a board with windows.
func hosting() ([]sc.Service, []sc.Input) {
	var services []sc.Service
	var tenants, nodes sc.Status
	for i := range 20 {
		nodes.Components = append(nodes.Components, sc.Component{ID: fmt.Sprint("n", i), Name: fmt.Sprint("Node ", i), Group: "Nodes"})
	}
	for i := range 10000 {
		tenants.Components = append(tenants.Components, sc.Component{ID: fmt.Sprint("t", i), Name: fmt.Sprint("Tenant ", i), Group: "Tenants"})
		services = append(services, sc.Service{
			Name:       fmt.Sprint("tenant-", i),
			Components: []string{fmt.Sprint("tenants/Tenant ", i), fmt.Sprint("nodes/Nodes/Node ", i%20), "cloud/Network"},
		})
	}
	text := sc.Text{Source: string(make([]byte, 500)), Plain: string(make([]byte, 500)), HTML: "<p>"}
	updates := []sc.Update{{Text: text}, {Text: text}, {Text: text}, {Text: text}, {Text: text}}
	add := func(s *sc.Status, i int, components ...string) {
		in := incident(fmt.Sprint(i), components...)
		in.Updates = updates
		s.Incidents = append(s.Incidents, in)
	}
	for i := range 200 {
		add(&tenants, i, fmt.Sprint("t", 50*i))
	}
	for i := range 20 {
		add(&nodes, i, fmt.Sprint("n", i))
	}
	cloud := sc.Status{Components: []sc.Component{{ID: "net", Name: "Network"}}}
	add(&cloud, 1, "net")
	add(&cloud, 2)
	var windows sc.Status
	for i := range 500 {
		windows.Maintenances = append(windows.Maintenances, sc.Maintenance{ID: fmt.Sprint(i), Services: []string{fmt.Sprint("tenant-", i)}, Updates: updates[:1]})
	}
	return services, []sc.Input{source("tenants", tenants), source("nodes", nodes), source("cloud", cloud), board(windows)}
}

// BenchmarkMerge10000 is the target: under 50 ms.
func BenchmarkMerge10000(b *testing.B) {
	services, sources := hosting()
	prev := sc.Merge(services, sources, nil, noon)
	b.Run("nothing new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sc.Merge(services, sources, prev, noon)
		}
	})
	b.Run("all new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sc.Merge(services, sources, nil, noon)
		}
	})
	b.Run("quiet", func(b *testing.B) {
		quiet := []sc.Input{source("tenants", sc.Status{Components: sources[0].Status.Components}), source("nodes", sc.Status{}), board(sc.Status{})}
		b.ReportAllocs()
		for b.Loop() {
			sc.Merge(services, quiet, prev, noon)
		}
	})
	b.Run("no component does well", func(b *testing.B) {
		ill := sc.Status{Components: slices.Clone(sources[0].Status.Components)}
		for i := range ill.Components {
			ill.Components[i].Status = sc.Degraded
		}
		b.ReportAllocs()
		for b.Loop() {
			sc.Merge(services, []sc.Input{source("tenants", ill)}, prev, noon)
		}
	})
	b.Run("one incident for every tenant", func(b *testing.B) {
		var ids []string
		for _, c := range sources[0].Status.Components {
			ids = append(ids, c.ID)
		}
		wide := []sc.Input{source("tenants", sc.Status{Components: sources[0].Status.Components, Incidents: []sc.Incident{incident("x", ids...)}})}
		b.ReportAllocs()
		for b.Loop() {
			sc.Merge(services, wide, prev, noon)
		}
	})
	b.Run("services without components", func(b *testing.B) {
		bare := make([]sc.Service, len(services))
		for i := range bare {
			bare[i].Name = services[i].Name
		}
		b.ReportAllocs()
		for b.Loop() {
			sc.Merge(bare, sources, prev, noon)
		}
	})
}
