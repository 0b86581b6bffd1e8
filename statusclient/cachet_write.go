package statusclient

import (
	"context"
	"net/http"
	"strconv"
	"strings"
)

// newCachetEditor finds out which version is there: each is written in a way of its
// own. Version 2 takes whoever reads with a wrong token for a guest.
func newCachetEditor(ctx context.Context, cfg BackendConfig, c *Client) (editor, error) {
	cfg.Token = cfg.WriteToken
	made, err := newCachet(cfg, c)
	if err != nil {
		return nil, err
	}
	b := made.(*cachet)
	var version struct {
		Data string `json:"data"`
	}
	err = c.Round(ctx).JSON("/api/v1/version", &version)
	switch {
	case err == nil && strings.HasPrefix(version.Data, "2."):
		minor, _, _ := strings.Cut(version.Data[2:], ".")
		n, _ := strconv.Atoi(strings.TrimSuffix(minor, "-dev"))
		return &cachet2Editor{cachet: b, updates: n >= 4}, nil
	case err == nil:
		return nil, c.Errorf("does not say which version of Cachet it is")
	case !hasCode(err, http.StatusNotFound):
		return nil, err
	}
	var any struct{}
	err = c.Round(ctx).JSON("/api/version", &any)
	switch {
	case hasCode(err, http.StatusNotFound):
		return nil, c.Errorf("does not answer as Cachet does (status code 404); its API may be switched off")
	case err != nil:
		return nil, err
	}
	return &cachet3Editor{cachet: b}, nil
}

func cachetStateNumber(s IncidentState) int {
	switch s {
	case Identified:
		return 2
	case Monitoring:
		return 3
	case Resolved:
		return cachetFixed
	}
	return 1
}

// cachetNumber is 0 for what version 2 does not know; maintenance is version 3's.
func cachetNumber(s ComponentStatus, three bool) int {
	switch s {
	case Operational:
		return 1
	case Degraded:
		return 2
	case PartialOutage:
		return 3
	case MajorOutage:
		return 4
	case UnderMaintenance:
		if three {
			return 6
		}
	}
	return 0
}
