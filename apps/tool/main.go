// Command tool is what the pods of drills run. Its subcommands use memory or
// CPU, fill a volume or empty it again, and wait.
package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"firedrill/apps/program"
	"firedrill/apps/tool/burn"
	"firedrill/apps/tool/memory"
	"firedrill/apps/tool/volume"
	"firedrill/apps/tool/wait"
)

// subcommands and what configures them.
func subcommands() map[string]program.Configure {
	return map[string]program.Configure{
		"memory": memory.Configure,
		"cpu":    burn.Configure,
		"fill":   volume.Fill,
		"empty":  volume.Empty,
		"wait":   wait.Configure,
	}
}

func main() {
	// Not program.Main: the first argument is not a setting.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs a subcommand and returns the exit status. Settings are read from
// flags alone: nobody sets this program up for longer than a drill.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	known := subcommands()
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	configure, ok := known[name]
	if !ok {
		_, _ = fmt.Fprintf(stderr, "tool: no subcommand %q; there are: %s; see tool SUBCOMMAND -h\n",
			name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		return program.ExitUsage
	}
	return program.Run(ctx, "tool_"+name, configure, program.Process{
		Args: args[1:], Env: func(string) (string, bool) { return "", false }, Stdout: stdout, Stderr: stderr,
	})
}
