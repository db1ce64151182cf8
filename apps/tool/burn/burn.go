// Package burn uses CPU: as many cores as it is told, or so many that the
// machine is busy to a share of what it has.
package burn

import (
	"context"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"firedrill/apps/program"
	"firedrill/apps/settings"
	"firedrill/apps/tool/deadline"
)

const (
	// slice is how long each worker burns and rests in turn, taken together.
	slice = 20 * time.Millisecond
	// between is how often the machine is looked at.
	between = 250 * time.Millisecond
	whole   = 1000 // millicores of one core
)

// Configure is the subcommand.
func Configure(set *settings.Set) program.Start {
	percent := set.Int("percent", 0, 0, 100, "how much of the machine's CPU is to be in use, by whomever; 0 is to use -millicores")
	millicores := set.Int("millicores", 0, 0, 1<<20, "how much to use, in thousandths of a core")
	most := set.Int("most", 0, 0, 1<<20, "never use more, in thousandths of a core; 0 is no bound")
	until := deadline.Setting(set)
	return func(ctx context.Context, log *slog.Logger) error {
		hog, cancel := deadline.Context(ctx, *until)
		defer cancel()
		g := governor{percent: *percent, most: bound(*most), read: Read}
		g.use.Store(int64(min(*millicores, g.most)))
		log.Info("burning", "percent", *percent, "millicores", *millicores, "most", g.most)
		if err := g.run(hog); err != nil {
			return err
		}
		log.Info("giving it back")
		<-ctx.Done() // a container that ends would be started again
		return nil
	}
}

// bound is most, and never more than there is.
func bound(most int) int {
	if all := runtime.NumCPU() * whole; most == 0 || most > all {
		return all
	}
	return most
}

// governor keeps the machine as busy as it is told.
type governor struct {
	percent int // 0: use stays as it is
	most    int // millicores
	read    func() (Times, error)
	use     atomic.Int64 // millicores now
}

// run burns until ctx ends.
func (g *governor) run(ctx context.Context) error {
	var workers sync.WaitGroup
	defer workers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := (g.most + whole - 1) / whole
	for range n {
		workers.Go(func() {
			for ctx.Err() == nil {
				work(slice * time.Duration(g.use.Load()) / time.Duration(n*whole))
			}
		})
	}
	if g.percent == 0 {
		<-ctx.Done()
		return nil
	}
	return g.govern(ctx)
}

// work burns for a part of a slice and rests for the other.
func work(burn time.Duration) {
	start := time.Now()
	for time.Since(start) < burn { //nolint:revive // to look at the clock is the work
	}
	time.Sleep(slice - burn)
}

// govern looks at the machine again and again and burns what is missing. What
// it burns itself is part of what it sees.
func (g *governor) govern(ctx context.Context) error {
	tick := time.NewTicker(between)
	defer tick.Stop()
	last, err := g.read()
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		var now Times
		if now, err = g.read(); err == nil {
			g.use.Store(int64(adjust(int(g.use.Load()), g.percent, g.most, last.Busy(now))))
			last = now
		}
	}
	return err
}

// adjust is how much to burn when use is burnt and the machine is busy to that
// share. Half of what is missing, so that it doesn't swing.
func adjust(use, percent, most int, busy float64) int {
	missing := (float64(percent)/100 - busy) * float64(runtime.NumCPU()*whole)
	return min(max(use+int(missing/2), 0), most)
}
