package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestCreateThenDelete(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pvc", "data")
	if err := run("create", path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o777 {
		t.Fatalf("%v %v: every user must be able to write", info, err)
	}
	if err := run("delete", path); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Fatalf("still there: %v", err)
	}
	if err := run("resize", path); err == nil {
		t.Fatal("an unknown action is an error")
	}
}
