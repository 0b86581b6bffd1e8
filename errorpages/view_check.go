package errorpages

// CheckView is what the page's script needs to tell visitors whether it is their
// connection, from their side of it.
type CheckView struct {
	Status string // URL of the service's status for scripts

	Ask     string // label of the button
	Running string // what follows, until one of the rest does
	Fine    string // the edge answers
	Slow    string // it does, after a while
	Lost    string // nobody answers
	Between string // somebody else answers in the edge's place
}

// check is nil on pages where it is the request that is wrong.
func (a *voice) check(p *Page, base string) *CheckView {
	if p.Cause == CauseClient {
		return nil
	}
	v := &CheckView{
		Status:  base + "/status",
		Ask:     a.say("check.ask", fill{}),
		Running: a.say("check.running", fill{}),
		Fine:    a.say("check.fine", fill{}),
		Slow:    a.say("check.slow", fill{}),
		Lost:    a.say("check.lost", fill{}),
		Between: a.say("check.between", fill{}),
	}
	if p.Cause == CauseUpload {
		v.Fine = a.say("check.upload", fill{})
	}
	return v
}
