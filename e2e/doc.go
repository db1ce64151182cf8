// Package e2e holds tests that run the built program against a real container
// engine: that it leaves nothing behind however it ends, that it touches
// nothing of anybody else's, and that pods of several nodes reach each other.
//
//	FIREDRILL_BINARY=$PWD/bin/firedrill go test -tags e2e -count 1 ./e2e
package e2e
