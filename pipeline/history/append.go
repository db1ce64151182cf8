package history

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"firedrill/pipeline/poll"
)

// lockTimeout is for the file: another night writes one line and is done.
const lockTimeout = 10 * time.Second

// Append adds a night to the folder's history. The line is written as a whole
// or not at all, also beside another process that does so; what a killed one
// left half is removed.
func Append(ctx context.Context, folder string, night Night) error {
	line, err := json.Marshal(night)
	if err != nil {
		return fmt.Errorf("night %s: %w", night.Run, err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make the folder of the history: %w", err)
	}
	path := filepath.Join(folder, File)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644) //nolint:gosec // For everybody, as the report is.
	if err != nil {
		return fmt.Errorf("open the history: %w", err)
	}
	err = lock(ctx, file)
	if err == nil {
		err = add(file, append(line, '\n'))
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("add a line to %s: %w", path, err)
	}
	return nil
}

// lock waits for the file. The system gives the lock back when it is closed.
func lock(ctx context.Context, file *os.File) error {
	ctx, cancel := context.WithTimeoutCause(ctx, lockTimeout, fmt.Errorf("another process has had the lock for %s", lockTimeout))
	defer cancel()
	var err error
	late := poll.Until(ctx, 20*time.Millisecond, func() bool {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		return !errors.Is(err, syscall.EWOULDBLOCK)
	})
	if late != nil {
		return late
	}
	return err
}

// add puts the line behind the last whole one. If the disk is full, the file
// is as it was.
func add(file *os.File, line []byte) error {
	have, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	end := bytes.LastIndexByte(have, '\n') + 1
	if rest := have[end:]; json.Valid(rest) { // somebody's editor left out the last line end
		end, line = len(have), append([]byte("\n"), line...)
	}
	if err := file.Truncate(int64(end)); err != nil {
		return err
	}
	if _, err := file.WriteAt(line, int64(end)); err != nil {
		return errors.Join(err, file.Truncate(int64(end)))
	}
	return file.Sync()
}
