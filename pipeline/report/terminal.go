package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"firedrill/pipeline/event"
)

// firstFrame is how long to wait for the view to appear. It takes a twentieth
// of a second; without it progress is only less tidy.
const firstFrame = 2 * time.Second

// terminal shows a live view of what is running. What has ended is printed
// above it and so stays in the scrollback as a readable record.
type terminal struct {
	program *tea.Program
	rec     *recorder
	live    *live
	done    chan error

	mu sync.Mutex
}

// newTerminal starts the view. It reads no input and leaves all signals to
// the program: Ctrl-C must interrupt the run, not the picture of it.
func newTerminal(out io.Writer, p palette, options ...tea.ProgramOption) *terminal {
	rec := newRecorder()
	t := &terminal{rec: rec, live: newLive(rec, p, time.Now), done: make(chan error, 1)}
	screen := newScreenFile(out)
	options = append([]tea.ProgramOption{
		tea.WithInput(nil), tea.WithoutSignalHandler(), tea.WithFPS(20), tea.WithOutput(screen),
	}, options...)
	t.program = tea.NewProgram(t.live, options...)
	go func() {
		_, err := t.program.Run()
		t.done <- err
	}()
	// Text may be put above the view only when there is one: before the first
	// frame the library takes the whole screen for its own.
	select {
	case <-screen.shown:
	case <-time.After(firstFrame):
	}
	return t
}

// Sink implements Reporter.
func (t *terminal) Sink() event.Sink {
	record := t.rec.Sink()
	return func(e event.Event) {
		t.mu.Lock()
		defer t.mu.Unlock()
		record(e)
		if text := transcript(t.rec.Model(), e, t.live.palette, t.live.columns()); text != "" {
			t.print(text)
		}
	}
}

// print puts text above the view, line by line: the library loses lines when
// it has to insert more than the screen holds, and blank ones always.
//
// It is sent as messages and not by Program.Println, which would wait for
// ever if the view had ended, nor as commands, which overtake each other.
func (t *terminal) print(text string) {
	for _, line := range strings.Split(ansi.Wrap(text, t.live.columns(), ""), "\n") {
		if line == "" {
			line = " "
		}
		t.program.Send(tea.Println(line)())
	}
}

// Close implements Reporter.
func (t *terminal) Close() error {
	t.program.Quit()
	if err := <-t.done; err != nil && !errors.Is(err, tea.ErrProgramKilled) {
		return fmt.Errorf("show progress on the terminal: %w", err)
	}
	return nil
}
