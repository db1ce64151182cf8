package report

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// live is the view of what is running at the moment.
type live struct {
	rec     *recorder
	palette palette
	now     func() time.Time
	spinner spinner.Model
	// The reporter's sink reads the width, the view's loop sets it.
	width, height atomic.Int64
}

func newLive(rec *recorder, p palette, now func() time.Time) *live {
	return &live{rec: rec, palette: p, now: now, spinner: spinner.New(spinner.WithSpinner(spinner.MiniDot))}
}

// columns is how wide a line may be. Narrower than that no line says enough.
func (l *live) columns() int {
	if l.width.Load() == 0 {
		return 80 // the terminal has not told yet
	}
	return max(int(l.width.Load()), 20)
}

// Init implements tea.Model.
func (l *live) Init() tea.Cmd { return l.spinner.Tick }

// Update implements tea.Model.
func (l *live) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var next tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		l.width.Store(int64(msg.Width))
		l.height.Store(int64(msg.Height))
	case spinner.TickMsg:
		l.spinner, next = l.spinner.Update(msg)
	}
	return l, next
}

// View implements tea.Model.
func (l *live) View() tea.View {
	return tea.NewView(l.content())
}

// content has a line for each step that is running, under it its running
// items, and at the end the time of the run. When the run is over it is one
// blank line, over which the shell's prompt goes, and the record stands alone.
func (l *live) content() string {
	m := l.rec.Model()
	if !m.Run.Ended.IsZero() {
		return " "
	}
	now := l.now()
	var lines []string
	for _, s := range m.Steps {
		if s.Status == Unfinished {
			lines = append(lines, l.step(s, now)...)
		}
	}
	// The last line of the screen stays free for the cursor.
	if room := int(l.height.Load()) - 3; room > 0 && len(lines) > room {
		hidden := len(lines) - room + 1
		lines = append(lines[:room-1], l.palette.dim.Render(fmt.Sprintf("      … and %d more", hidden)))
	}
	lines = append(lines, l.palette.dim.Render("  "+clock(m.Run.elapsed(now))))
	for i, line := range lines {
		lines[i] = ansi.Truncate(line, l.columns(), "…")
	}
	return strings.Join(lines, "\n") + "\n"
}

// step is a line for the step and one for each of its items that is running.
// What has ended is counted beside the step, where want of room cannot hide it.
func (l *live) step(s *Work, now time.Time) []string {
	lines := []string{l.row("  ", s, 11, now, ended(s))}
	name := 0
	for _, item := range s.Items {
		if item.Status == Unfinished {
			name = min(max(name, len([]rune(item.Name))), 28)
		}
	}
	for _, item := range s.Items {
		if item.Status == Unfinished {
			lines = append(lines, l.row("      ", item, name, now, cleanLine(item.Progress)))
		}
	}
	return lines
}

// ended counts the items of a step that have ended, and names those that
// failed.
func ended(s *Work) string {
	var failed []string
	n := 0
	for _, item := range s.Items {
		switch item.Status {
		case Failed:
			failed = append(failed, cleanLine(item.Name))
			n++
		case Passed, Skipped:
			if s.Name != stepDrill || !isQuiet(item.Name) {
				n++
			}
		}
	}
	parts := []string{}
	if s.Progress != "" {
		parts = append(parts, cleanLine(s.Progress))
	}
	if n > 0 {
		parts = append(parts, fmt.Sprintf("%d %s done", n, noun(s.Name, n)))
	}
	if len(failed) > 0 {
		parts = append(parts, fmt.Sprintf("%d failed: %s", len(failed), strings.Join(failed, ", ")))
	}
	return strings.Join(parts, ", ")
}

// row is spinner, name, time and the last word of running work.
func (l *live) row(margin string, w *Work, name int, now time.Time, word string) string {
	return fmt.Sprintf("%s%s %s %s  %s", margin, l.palette.busy.Render(l.spinner.View()),
		pad(ansi.Truncate(cleanLine(w.Name), name, "…"), name), fmt.Sprintf("%7s", clock(w.elapsed(now))),
		l.palette.dim.Render(word))
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}
