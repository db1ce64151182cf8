// Package volume fills the volume that is mounted at Path, and empties it of
// that again.
package volume

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"firedrill/apps/program"
	"firedrill/apps/settings"
)

const (
	// Path is where pods of drills mount the volume.
	Path = "/fill"
	// file takes the room.
	file = "firedrill.fill"
)

// Fill is the subcommand that takes room and ends.
func Fill(set *settings.Set) program.Start {
	percent := set.Int("percent", 0, 1, 100, "how much of the volume is to be in use, by whomever")
	most := set.Int("most", 0, 1, 1<<50, "a volume that has more bytes is not filled: its size is not bounded, and its disk is somebody else's too")
	return func(_ context.Context, log *slog.Logger) error { return fill(Path, *percent, *most, log) }
}

// Empty is the subcommand that gives the room back.
func Empty(*settings.Set) program.Start {
	return func(context.Context, *slog.Logger) error {
		if err := os.Remove(filepath.Join(Path, file)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("empty the volume: %w", err)
		}
		return nil
	}
}

func fill(path string, percent, most int, log *slog.Logger) error {
	size, used, err := measure(path)
	if err != nil {
		return err
	}
	if size > most {
		return fmt.Errorf("the volume has %d bytes, and more than %d are not filled: its size is not bounded, so others would lose the room", size, most)
	}
	missing := size/100*percent - used
	if percent == 100 {
		missing = size - used
	}
	if missing <= 0 {
		return fmt.Errorf("%d of %d bytes are used already: nothing to fill", used, size)
	}
	f, err := os.OpenFile(filepath.Join(path, file), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("fill the volume: %w", err)
	}
	if err := errors.Join(take(f, missing), f.Close()); err != nil {
		return fmt.Errorf("fill the volume with %d bytes: %w", missing, err)
	}
	_, used, err = measure(path)
	log.Info("filled", "size", size, "used", used)
	return err
}

// take writes n bytes; at the end of the room it is as full as it can be.
func take(f *os.File, n int) error {
	zeros := make([]byte, 1<<20)
	for n > 0 {
		wrote, err := f.Write(zeros[:min(n, len(zeros))])
		if errors.Is(err, unix.ENOSPC) {
			return nil
		}
		if err != nil {
			return err
		}
		n -= wrote
	}
	return nil
}

// measure counts as the kubelet does: what is free but not for us is not used.
func measure(path string) (size, used int, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, 0, fmt.Errorf("ask how full %s is: %w", path, err)
	}
	block := int(s.Bsize)
	return int(s.Blocks) * block, int(s.Blocks-s.Bfree) * block, nil
}
