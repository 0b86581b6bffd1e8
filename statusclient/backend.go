package statusclient

import (
	"context"
	"errors"
)

// Backend reads one status system: it fetches and translates, nothing else.
// Interval, timeout, retries, limits and what is kept are the poller's.
type Backend interface {
	// Fetch returns what the system says now, or ErrNotModified when that is
	// what the last call of this value returned. It is called from one goroutine
	// at a time, returns soon after ctx is done, and its errors hold neither
	// secrets nor full URLs. The Status is the caller's.
	Fetch(ctx context.Context) (*Status, error)
}

// ErrNotModified says that a backend has nothing new.
var ErrNotModified = errors.New("not modified")

// BackendConfig is one [[backend]] of the configuration.
type BackendConfig struct {
	// Name is what services call this backend in their components: a-z 0-9 - _ .
	Name string `json:"name" toml:"name"`

	// Type says what system it is; Types lists them.
	Type string `json:"type" toml:"type"`

	// URL is the status page as a person would copy it from the browser.
	URL string `json:"url" toml:"url"`

	// Token is what the system wants to see before it answers, for those that want
	// any: the weakest one that reads, never one that may write. Nothing that is
	// not public is shown, whatever it opens. It is never logged.
	Token string `json:"token,omitempty" toml:"token"`

	// Secret goes with Token where a system has two halves: Staytus. It is never
	// logged.
	Secret string `json:"secret,omitempty" toml:"secret"`

	// WriteToken lets staff write to this backend from here: incidents, updates, the
	// status of components. It is never polled with, and never logged. Default:
	// nobody can. Types that cannot be written refuse it.
	WriteToken string `json:"write_token,omitempty" toml:"write_token"`

	// WriteSecret goes with WriteToken where a system has two halves: Staytus. It is
	// never logged.
	WriteSecret string `json:"write_secret,omitempty" toml:"write_secret"`

	// PageID is what the system's API for writing calls the page, where its address
	// does not say: Statuspage and Sorry. It goes with WriteToken only.
	PageID string `json:"page_id,omitempty" toml:"page_id"`

	// Timezone is what the system's times are in where it does not say, as
	// "Europe/Zurich". Default UTC. Types whose times have a zone refuse it.
	Timezone string `json:"timezone,omitempty" toml:"timezone"`

	// Interval is the time between two polls, ±10 %, at least 5s. The default is
	// what systems of this type are made for, 30s for most; less is the operator's
	// choice and gets a warning.
	Interval Duration `json:"interval,omitempty" toml:"interval"`

	// JSON says where things are in a document of a make that no other type
	// reads. It goes with type json only.
	JSON JSONConfig `json:"json,omitzero" toml:"json"`

	// HookSecret lets this system tell by webhook that something is new, at the
	// directive candor_hooks: 16 to 200 of A-Z a-z 0-9 - . _ ~ + / =. Default: none,
	// and no webhook is taken. It is never logged.
	HookSecret string `json:"hook_secret,omitempty" toml:"hook_secret"`

	// Headers are sent with every request, for what stands in front of the
	// status page. Values may hold secrets and are never logged.
	Headers map[string]string `json:"headers,omitempty" toml:"headers"`
}

// Reading is the config without what is for writing only.
func (c BackendConfig) Reading() BackendConfig {
	c.WriteToken, c.WriteSecret, c.PageID = "", "", ""
	return c
}
