//go:build !linux

package command

import "syscall"

// bind does nothing: only Linux tells a process that its parent is gone.
func bind(*syscall.SysProcAttr) (release func()) { return func() {} }
