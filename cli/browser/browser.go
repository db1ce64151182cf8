// Package browser opens a page in the user's browser, where there is a screen
// to see it on.
package browser

import (
	"context"
	"os"
	"runtime"

	"firedrill/pipeline/command"
)

// Screen is where a browser would be seen.
type Screen struct {
	Runner command.Runner
	Env    func(string) string
	System string // as runtime.GOOS
}

// Here is the screen of this process.
func Here() Screen { return Screen{command.OS{}, os.Getenv, runtime.GOOS} }

// Show opens the page without waiting for it. Where there is no screen nothing
// happens, and a failure costs nobody anything: the address is on the terminal.
func (s Screen) Show(ctx context.Context, url string) {
	argv := s.opener(url)
	if argv == nil {
		return
	}
	// Some wait for their browser's end; and it goes on when we end.
	go func() { _, _ = s.Runner.Run(context.WithoutCancel(ctx), command.Command{Argv: argv}) }()
}

// opener is what opens a page, or nothing. Without a display, as in an SSH
// session or for root on a server, xdg-open would start a browser of text on
// this very terminal.
func (s Screen) opener(url string) []string {
	switch {
	case s.System == "darwin" && s.Env("SSH_CONNECTION") == "":
		return []string{"open", url}
	case s.System == "linux" && (s.Env("DISPLAY") != "" || s.Env("WAYLAND_DISPLAY") != ""):
		return []string{"xdg-open", url}
	}
	return nil
}
