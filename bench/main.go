// Command bench measures a warm run of firedrill against plain.sh, the same
// work as one command of kind, helm and kubectl after the other. `make bench`
// runs it from the repository's top folder; docs/performance.md explains what
// it prints.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"firedrill/pipeline"
)

// options are what the command line says.
type options struct {
	runs      int
	json      bool
	firedrill string // the program
	content   string // firedrill-bench.yaml
	tools     string // module of kind and helm
	script    string // plain.sh
	cache     string // firedrill's own
	out       string // folder for what the runs leave
	calm      time.Duration
}

func main() {
	// As with firedrill, the first Ctrl-C ends everything in an orderly way.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	measured, err := measure(ctx, o)
	if err != nil {
		return err
	}
	if err := keep(measured, filepath.Join(o.out, "bench.json")); err != nil {
		return err
	}
	if o.json {
		return writeJSON(stdout, measured)
	}
	writeTable(stdout, measured)
	return nil
}

func parse(args []string) (options, error) {
	o := options{calm: calm}
	set := flag.NewFlagSet("bench", flag.ExitOnError)
	set.IntVar(&o.runs, "runs", 3, "`number` of times that each way is run")
	set.BoolVar(&o.json, "json", false, "print JSON instead of a table")
	set.StringVar(&o.firedrill, "firedrill", "bin/firedrill", "the program to measure")
	set.StringVar(&o.content, "content", "firedrill-bench.yaml", "`file` that names what both ways work with")
	set.StringVar(&o.tools, "tools", "bench/tools", "`folder` of the go.mod that pins kind and helm")
	set.StringVar(&o.script, "script", "bench/plain.sh", "the plain way")
	set.StringVar(&o.out, "out", "out/bench", "`folder` for the reports of the runs and bench.json")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if set.NArg() > 0 {
		return o, fmt.Errorf("argument %q: bench takes flags only, see -help", set.Arg(0))
	}
	if o.runs < 1 {
		return o, fmt.Errorf("-runs %d: wanted 1 or more", o.runs)
	}
	var err error
	if o.cache, err = pipeline.CacheDir(); err != nil {
		return o, err
	}
	// plain.sh runs in the content's folder.
	for _, path := range []*string{&o.firedrill, &o.content, &o.tools, &o.script, &o.out} {
		if *path, err = filepath.Abs(*path); err != nil {
			return o, fmt.Errorf("path %s: %w", *path, err)
		}
	}
	return o, nil
}

func keep(m Measured, path string) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("keep the figures: %w", err)
	}
	defer file.Close()
	return writeJSON(file, m)
}

func writeJSON(w io.Writer, m Measured) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(m)
}
