package addresses

import (
	"context"

	"firedrill/pipeline/strict"
)

// Ask visits an address once, over a connection of its own. It says nothing of how
// long the certificate must be good for: one that is renewed often is no mistake.
func Ask(ctx context.Context, o Options, v Visit) (Address, error) {
	ctx, cancel := context.WithTimeout(ctx, oneLook)
	defer cancel()
	o.Config.Left = strict.Duration{}
	c, err := newChecker(ctx, o)
	if err != nil {
		return Address{URL: "https://" + o.Names.Host(v.App) + v.Path}, err
	}
	return c.ask(ctx, o.Names.Host(v.App), v)
}
