package drill

import (
	"context"
	"fmt"
	"time"

	"firedrill/pipeline/drill/fault"
)

// repairWithin is the deadline of an undo when the drill file gives none.
const repairWithin = 2 * time.Minute

// repair runs a fault's undo once, in the background, so that the alarm can
// be watched meanwhile: it often ends before everything is well again.
type repair struct {
	undo   fault.Undo // nil when there is nothing to mend
	within time.Duration
	done   chan struct{} // nil until begun, closed when err is final
	err    error
}

// begin starts the undo unless it was started before. It does not end with
// ctx, only with its own deadline: an interrupted drill must mend too.
func (m *repair) begin(ctx context.Context) {
	if m.done != nil {
		return
	}
	m.done = make(chan struct{})
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), m.within,
		fmt.Errorf("repair.within is %s", m.within))
	go func() {
		defer close(m.done)
		defer cancel()
		if m.undo == nil {
			return
		}
		if err := m.undo(ctx); err != nil {
			m.err = fmt.Errorf("undo the fault: %w", err)
		}
	}()
}

// finish waits for the undo, which it begins if nobody did, and returns its error.
func (m *repair) finish(ctx context.Context) error {
	m.begin(ctx)
	<-m.done
	return m.err
}

// failed tells whether the undo has ended with an error.
func (m *repair) failed() bool {
	select {
	case <-m.done:
		return m.err != nil
	default:
		return false
	}
}
