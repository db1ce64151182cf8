package drill

import (
	"cmp"
	"slices"
	"time"
)

// turn is a drill that waits to be held, or was.
type turn struct {
	drill  Drill
	item   string
	claim  claim
	result *Result // nil for one that was not held
	err    error
}

// takes is how long the system itself takes until the drill's fault shows, as
// far as the drill says so.
func (t *turn) takes() time.Duration {
	if t.drill.Onset == nil {
		return 0
	}
	return t.drill.Onset.Takes.Duration
}

// schedule holds every turn, at most so many at once, and returns when all are
// done. The slowest begin first, so that they do not run alone in the end, else
// in their order, each as soon as nothing runs that it clashes with; one that
// has to wait does not keep the next ones waiting.
func schedule(turns []*turn, most int, hold func(*turn)) {
	var running []*turn
	ended := make(chan *turn)
	waiting := slices.Clone(turns)
	slices.SortStableFunc(waiting, func(a, b *turn) int { return cmp.Compare(b.takes(), a.takes()) })
	for len(waiting)+len(running) > 0 {
		waiting = slices.DeleteFunc(waiting, func(t *turn) bool {
			clash := slices.ContainsFunc(running, func(other *turn) bool { return t.claim.clashes(other.claim) })
			if clash || len(running) >= most {
				return false
			}
			running = append(running, t)
			go func() { hold(t); ended <- t }()
			return true
		})
		done := <-ended
		running = slices.DeleteFunc(running, func(t *turn) bool { return t == done })
	}
}
