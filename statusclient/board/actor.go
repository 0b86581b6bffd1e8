package board

import "context"

// Actor is who makes an edit.
type Actor struct {
	// Name is empty where nobody said one.
	Name string

	// Claimed says that the name is what the caller said, and nobody has checked it.
	Claimed bool

	// From is where the edit came in: an address, "unix socket", or
	// "console" with the address of a browser.
	From string
}

type actorKey struct{}

// ActingAs returns a context whose edits the log puts down to an actor.
func ActingAs(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// actorOf returns who ActingAs named, nobody by default.
func actorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
