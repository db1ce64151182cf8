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

// coverage puts together what the steps know of it.
func (m *Model) coverage() Coverage {
	var all Coverage
	for _, name := range []string{stepDashboards, stepDrill} {
		step := m.Step(name)
		if step == nil {
			continue
		}
		part, ok := step.Result.(*Coverage)
		if !ok {
			continue
		}
		if part.Alerts != nil {
			all.Alerts = part.Alerts
		}
		if part.Panels != nil {
			all.Panels = part.Panels
		}
		if part.Links != nil {
			all.Links = part.Links
		}
		all.Rules = append(all.Rules, part.Rules...)
	}
	return all
}

func (m *Model) findings() *Findings {
	if step := m.Step(stepScan); step != nil {
		if f, ok := step.Result.(*Findings); ok {
			return f
		}
	}
	return nil
}

// info is the name of the run and what else it says of itself, if it does.
func (m *Model) info() Run {
	if r, ok := m.Run.Result.(*Run); ok {
		return *r
	}
	return Run{}
}
