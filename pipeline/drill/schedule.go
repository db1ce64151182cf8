package drill

import "slices"

// turn is a drill that waits to be held, or was.
type turn struct {
	drill  Drill
	item   string
	claim  claim
	result *Result // nil for one that was not held
	err    error
}

// schedule holds every turn, at most so many at once, and returns when all are
// done. They begin in their order, each as soon as nothing runs that it clashes
// with; one that has to wait does not keep the next ones waiting.
func schedule(turns []*turn, most int, hold func(*turn)) {
	var running []*turn
	ended := make(chan *turn)
	waiting := slices.Clone(turns)
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
