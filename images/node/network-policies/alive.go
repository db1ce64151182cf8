package main

import (
	"fmt"
	"os"
	"time"
)

// beat is a file that is touched whenever the rules have been written.
var beat = "/run/network-policies/beat"

// patience is more than the five minutes after which they are written again
// without anything having changed.
const patience = 7 * time.Minute

func note() error { return os.WriteFile(beat, nil, 0o600) }

// alive is what the kubelet asks by -check.
func alive(now time.Time) error {
	info, err := os.Stat(beat)
	if err != nil {
		return fmt.Errorf("the rules have not been written yet: %w", err)
	}
	if age := now.Sub(info.ModTime()); age > patience {
		return fmt.Errorf("the rules were last written %s ago", age.Round(time.Second))
	}
	return nil
}
