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

// usual is how long a drill takes whose file says nothing of it: on two cores
// most take half a minute.
const usual = 30 * time.Second

// estimate is how long the drill will take, as far as its file tells.
func (t *turn) estimate() time.Duration {
	estimate := usual
	if t.drill.Onset != nil {
		estimate += t.drill.Onset.Takes.Duration
	}
	return max(estimate, t.drill.Within.Alarm.Duration)
}

// urgency is how long it takes until the last is done of those that can only be
// held one after the other because of something that t disturbs.
func (t *turn) urgency(all []*turn) time.Duration {
	longest := t.estimate()
	for _, key := range t.claim.disturbs {
		sum := time.Duration(0)
		for _, other := range all {
			if share([]string{key}, other.claim.disturbs) {
				sum += other.estimate()
			}
		}
		longest = max(longest, sum)
	}
	return longest
}

// urgent puts those first that keep the most others waiting or take longest
// themselves, so that nothing long is left in the end; else they keep their
// order.
func urgent(turns []*turn) []*turn {
	first := slices.Clone(turns)
	slices.SortStableFunc(first, func(a, b *turn) int {
		return cmp.Or(cmp.Compare(b.urgency(turns), a.urgency(turns)), cmp.Compare(b.estimate(), a.estimate()))
	})
	return first
}

// schedule holds every turn, at most so many at once, and returns when all are
// done. The urgent ones come first, each as soon as nothing runs that it clashes
// with; one that has to wait does not keep the next ones waiting.
func schedule(turns []*turn, most int, hold func(*turn)) {
	var running []*turn
	ended := make(chan *turn)
	waiting := urgent(turns)
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
