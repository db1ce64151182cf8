package drill

import "context"

// repair runs an undo once, in the background, so that the alarm can be
// watched meanwhile: it often ends before everything is well again.
type repair struct {
	undo func(context.Context) error
	done chan struct{} // nil until begun, closed when err is final
	err  error
}

// begin starts the undo unless it was started before.
func (m *repair) begin(ctx context.Context) {
	if m.done != nil {
		return
	}
	m.done = make(chan struct{})
	go func() {
		defer close(m.done)
		m.err = m.undo(ctx)
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
