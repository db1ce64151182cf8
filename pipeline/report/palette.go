package report

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// palette is the few styles of the terminal. It uses the sixteen colours that
// every terminal maps to something its user can read.
type palette struct {
	good, bad, dim, bold, busy lipgloss.Style
}

// newPalette has no styles at all if colour is not wanted.
func newPalette(colour bool) palette {
	if !colour {
		return palette{}
	}
	in := func(c color.Color) lipgloss.Style { return lipgloss.NewStyle().Foreground(c) }
	return palette{
		good: in(lipgloss.Green),
		bad:  in(lipgloss.Red).Bold(true),
		dim:  in(lipgloss.BrightBlack),
		bold: lipgloss.NewStyle().Bold(true),
		busy: in(lipgloss.Cyan),
	}
}

func (p palette) mark(s Status) string {
	switch s {
	case Passed:
		return p.good.Render(s.Mark())
	case Failed:
		return p.bad.Render(s.Mark())
	}
	return p.dim.Render(s.Mark())
}
