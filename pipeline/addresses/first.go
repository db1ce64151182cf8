package addresses

import (
	"context"
	"errors"

	"firedrill/pipeline/poll"
)

// First asks for the addresses in turn, again and again, until one is answered as
// it should be, and returns that one: from then on somebody gets in. Without a
// deadline in ctx it goes on for ever.
func First(ctx context.Context, o Options) (first Address, err error) {
	last := errors.New("there is no address to ask for")
	err = poll.Until(ctx, pollInterval, func() bool {
		for _, v := range o.Config.Visits {
			if first, last = Ask(ctx, o, v); last == nil {
				return true
			}
		}
		return false
	})
	if err != nil {
		return Address{}, errors.Join(err, last)
	}
	return first, nil
}
