package statusclient_test

import (
	"slices"
	"testing"

	sc "github.com/candor-edge/candor/statusclient"
)

func TestTheBoardNamesComponentsAsServicesDo(t *testing.T) {
	services := []sc.Service{
		{Name: "portal", Components: []string{"campus/Portal", "campus/SSO"}},
		{Name: "mail", Components: []string{"campus/Mail"}},
		{Name: "all", Components: []string{"campus/*"}},
		{Name: "cloud", Components: []string{"cloud/*"}},
		{Name: "any"},
	}
	for give, want := range map[string][]string{
		"campus/SSO": {"all", "any", "portal"}, "campus/Mail": {"all", "any", "mail"},
		"campus/Nowhere": {"all", "any"}, "cloud/SMTP": {"any", "cloud"}, "SSO": {"any"},
	} {
		k := sc.Merge(services, []sc.Input{
			source("campus", sc.Status{}), source("cloud", sc.Status{}),
			board(sc.Status{Incidents: []sc.Incident{incident("x", give)}}),
		}, nil, noon)
		var got []string
		for name, sit := range k.Situations {
			if slices.ContainsFunc(sit.Incidents, func(in sc.Incident) bool { return in.ID == "x" }) {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s concerns %v, want %v", give, got, want)
		}
	}
}
