package images

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"firedrill/pipeline/event"
	"firedrill/pipeline/images/registry"
	"firedrill/pipeline/strict"
)

// Pins are digests by image name.
type Pins map[string]string

// pinsFile is the form in which pins are kept.
type pinsFile struct {
	Pins map[string]string `yaml:"pins"`
}

var digest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// LoadPins reads a file that Pins.Write has written.
func LoadPins(path string) (Pins, error) {
	var pins pinsFile
	file, err := strict.Load(path, &pins)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(pins.Pins)) {
		if d := pins.Pins[name]; !digest.MatchString(d) {
			file.Errorf("pins."+name, "%q is not a digest; it is \"sha256:\" and 64 hexadecimal digits", d)
		}
	}
	return pins.Pins, file.Err()
}

// Write writes the pins into a file for LoadPins.
func (p Pins) Write(path string) error {
	var text strings.Builder
	text.WriteString("# Digests of the images that were pushed; give this file to --pins.\npins:\n")
	for _, name := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&text, "  %q: %q\n", name, p[name])
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o644); err != nil {
		return fmt.Errorf("write the pins: %w", err)
	}
	return nil
}

// Push puts every image of the store that stands for itself, not only within
// another one, into the mirror (HOST[:PORT][/PREFIX]) and returns the digests
// by which they are to be had there.
func (s *Store) Push(ctx context.Context, mirror string, sink event.Sink) (Pins, error) {
	return s.push(ctx, registry.New(mirror, runtime.GOARCH), sink)
}

func (s *Store) push(ctx context.Context, client registry.Client, sink event.Sink) (Pins, error) {
	done, err := s.images.Use()
	if err != nil {
		return nil, err
	}
	defer done()
	entries, err := s.images.List()
	if err != nil {
		return nil, err
	}
	pins := Pins{}
	for _, e := range entries {
		if e.Within != "" {
			continue
		}
		task := sink.Start(e.Name)
		img, err := s.images.Image(e)
		if err != nil {
			return nil, task.End(err, nil)
		}
		pins[e.Name], err = client.Push(ctx, e.Name, img)
		if err := task.End(err, pins[e.Name]); err != nil {
			return nil, err
		}
	}
	return pins, nil
}
