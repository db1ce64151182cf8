package command

import (
	"runtime"
	"syscall"
)

// bind has the kernel kill the command when its parent is gone. The kernel
// takes the thread that starts it for the parent: until release is called, that
// thread runs nothing else and so does not end.
func bind(attr *syscall.SysProcAttr) (release func()) {
	runtime.LockOSThread()
	attr.Pdeathsig = syscall.SIGKILL
	return runtime.UnlockOSThread
}
