package main

import (
	"path/filepath"
	"testing"
	"time"
)

func TestAliveWhileTheRulesAreWritten(t *testing.T) {
	beat = filepath.Join(t.TempDir(), "beat")
	if err := alive(time.Now()); err == nil {
		t.Fatal("alive before the first rules")
	}
	if err := note(); err != nil {
		t.Fatal(err)
	}
	if err := alive(time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := alive(time.Now().Add(patience + time.Minute)); err == nil {
		t.Fatal("alive although the rules are old")
	}
}
