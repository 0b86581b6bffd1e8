package traffic

// shares is what part of a service's usual answers goes to the addresses of each
// shard.
type shares [shards]float64

const (
	// unseen is added to the answers of every shard, so that a service with few
	// visitors is taken to have them anywhere.
	unseen = 20

	// freely is how many waiting pages of a shard are believed in any case.
	freely = 8

	// excess is how many times its usual share a shard may have of those who wait.
	excess = 2
)

func sharesOf(answers [shards]int) *shares {
	total := 0
	for _, n := range answers {
		total += n + unseen
	}
	s := new(shares)
	for i, n := range answers {
		s[i] = float64(n+unseen) / float64(total)
	}
	return s
}

// believe is how many pages wait if so many seem to, by shard. A page that waits is
// one that asks, and whoever asks all the time seems to be many. But people wait from
// where they usually come: a shard with far more of them than its share of all others
// has somebody in it who is not many. One address is in one shard, so it can add a
// quarter of those who really wait, and a few, and no more. Where most visitors come
// from one address, as behind a proxy, they may also wait there.
func (s *shares) believe(seem [shards]int) (wait int) {
	total := 0
	for _, n := range seem {
		total += n
	}
	for i, n := range seem {
		others := total - n
		if others == 0 {
			return total // nobody is held up by it but who does it
		}
		share := 1.0 / shards
		if s != nil {
			share = s[i]
		}
		wait += min(n, freely+int(excess*share/(1-share)*float64(others)))
	}
	return wait
}
