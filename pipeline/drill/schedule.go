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
	window time.Duration // the longest in the rule's expression, as shipped
	result *Result       // nil for one that was not held
	err    error
}

// usual is how long a drill takes whose file says nothing of it: on two cores
// most take half a minute.
const usual = 30 * time.Second

// estimate is how long the drill will take, as far as its file and its rule
// tell. The long windows of production are cut where drills are held, so a
// window counts as one of theirs.
func (t *turn) estimate() time.Duration {
	estimate := usual + min(t.window, usual)
	if t.drill.Onset != nil {
		estimate += t.drill.Onset.Takes.Duration
	}
	return max(estimate, t.drill.Within.Alarm.Duration)
}

// plan says when to begin a turn.
type plan struct {
	*turn
	// alone tells that it clashes with most others, so that it waits until they
	// are done, or they until it is.
	alone bool
	// queue is how long those take together that disturb or need something that
	// this one disturbs, or says that it needs.
	queue time.Duration
}

func planned(t *turn, all []*turn) plan {
	clashes, queue := 0, t.estimate()
	for _, other := range all {
		if other != t && t.claim.clashes(other.claim) {
			clashes++
		}
	}
	for _, key := range slices.Concat(t.claim.disturbs, t.drill.Needs) {
		sum := time.Duration(0)
		for _, other := range all {
			if slices.Contains(other.claim.disturbs, key) || slices.Contains(other.claim.needs, key) {
				sum += other.estimate()
			}
		}
		queue = max(queue, sum)
	}
	return plan{t, 2*clashes > len(all), queue}
}

// urgent puts those first that keep the longest queue waiting or take longest
// themselves, so that nothing long is left in the end, and those last that can
// only be held alone; else they keep their order. Of the latter, what most others
// rely on comes last: rules keep silent of what a Prometheus does not find in its
// first 30 s, so that a drill right after its restart would take longer.
func urgent(turns []*turn) []*turn {
	plans := make([]plan, 0, len(turns))
	for _, t := range turns {
		plans = append(plans, planned(t, turns))
	}
	slices.SortStableFunc(plans, func(a, b plan) int {
		switch {
		case b.alone && !a.alone:
			return -1
		case a.alone && !b.alone:
			return 1
		case a.alone && b.alone:
			return cmp.Compare(a.queue, b.queue)
		}
		return cmp.Or(cmp.Compare(b.queue, a.queue), cmp.Compare(b.estimate(), a.estimate()))
	})
	first := make([]*turn, 0, len(turns))
	for _, p := range plans {
		first = append(first, p.turn)
	}
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
