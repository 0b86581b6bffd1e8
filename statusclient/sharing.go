package statusclient

import "sync"

// sharing is which pollers of this process ask on one account.
var sharing = sharers{of: make(map[string]map[*Poller]bool)}

type sharers struct {
	mu sync.Mutex
	of map[string]map[*Poller]bool
}

// with counts those that share an account, of which p is one from now until it
// leaves.
func (s *sharers) with(p *Poller, account string) int {
	if account == "" {
		return 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of[account] == nil {
		s.of[account] = make(map[*Poller]bool)
	}
	s.of[account][p] = true
	return len(s.of[account])
}

func (s *sharers) leave(p *Poller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for account, all := range s.of {
		if delete(all, p); len(all) == 0 {
			delete(s.of, account)
		}
	}
}
