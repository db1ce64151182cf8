// Package memory uses memory: pages that are really written, up to an amount
// or until the machine has only so much left.
package memory

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sys/unix"

	"firedrill/apps/program"
	"firedrill/apps/settings"
	"firedrill/apps/tool/deadline"
	"firedrill/apps/tool/meminfo"
)

const (
	// piece is how much is taken at once; the machine is looked at in between.
	piece = 256 << 20
	// page is what must be written to be used.
	page = 4096
	// pause is how long it waits, with its goal reached, before it looks again.
	pause = time.Second
)

// Configure is the subcommand.
func Configure(set *settings.Set) program.Start {
	percent := set.Int("percent", 0, 0, 99, "how much of the machine's memory is to be in use, by whomever; 0 is to use -bytes")
	bytes := set.Int("bytes", 0, 0, 1<<50, "how much to use")
	most := set.Int("most", 0, 0, 1<<50, "never use more; 0 is no bound")
	until := deadline.Setting(set)
	return func(ctx context.Context, log *slog.Logger) error {
		hog, cancel := deadline.Context(ctx, *until)
		defer cancel()
		goal := func() (int, error) { return *bytes, nil }
		held := 0
		if *percent > 0 {
			goal = func() (int, error) { return missing(meminfo.Read, *percent, held) }
		}
		pieces, err := hold(hog, log, goal, *most, &held)
		if err != nil {
			return err
		}
		log.Info("giving it back", "bytes", held)
		for _, p := range pieces {
			_ = unix.Munmap(p)
		}
		<-ctx.Done() // a container that ends would be started again
		return nil
	}
}

// missing is how much to hold so that percent of the machine's memory is used,
// when held is held already.
func missing(read func() (meminfo.Machine, error), percent, held int) (int, error) {
	m, err := read()
	if err != nil {
		return 0, err
	}
	used := m.Total - m.Available
	return max(held, held+m.Total/100*percent-used), nil
}

// hold takes pieces until goal is reached and ctx ends.
func hold(ctx context.Context, log *slog.Logger, goal func() (int, error), most int, held *int) (pieces [][]byte, err error) {
	var pace pace
	for reached := false; ctx.Err() == nil; {
		want, err := goal()
		if err != nil {
			return nil, err
		}
		if most > 0 {
			want = min(want, most)
		}
		if more := min(want-*held, piece) / page * page; more > 0 {
			p, err := pace.take(more)
			if err != nil {
				return nil, err
			}
			pieces, *held = append(pieces, p), *held+more
			continue
		}
		if !reached {
			log.Info("holding", "bytes", *held)
			reached = true
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	return pieces, nil
}
