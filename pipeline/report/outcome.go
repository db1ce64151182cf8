package report

// outcome is an item together with its result. Of an item that failed or was
// skipped before there was a result, the result is empty.
type outcome[T any] struct {
	*Work
	Result T
}

// outcomes lists the items of a step with their results.
func outcomes[T any](m *Model, step string) []outcome[T] {
	s := m.Step(step)
	if s == nil {
		return nil
	}
	list := make([]outcome[T], 0, len(s.Items))
	for _, item := range s.Items {
		o := outcome[T]{Work: item}
		if r, ok := item.Result.(*T); ok {
			o.Result = *r
		}
		list = append(list, o)
	}
	return list
}

// stepResult is the result of a step as a whole, nil if it has none.
func stepResult[T any](m *Model, name string) *T {
	if step := m.Step(name); step != nil {
		if r, ok := step.Result.(*T); ok {
			return r
		}
	}
	return nil
}

// logProofs lists the lines that were found again, also that of a step without
// items.
func logProofs(m *Model) []outcome[LogProof] {
	list := outcomes[LogProof](m, stepLogs)
	if r := stepResult[LogProof](m, stepLogs); r != nil {
		list = append(list, outcome[LogProof]{Work: m.Step(stepLogs), Result: *r})
	}
	return list
}

// info is the name of the run and what else it says of itself, if it does.
func (m *Model) info() Run {
	if r, ok := m.Run.Result.(*Run); ok {
		return *r
	}
	return Run{}
}
