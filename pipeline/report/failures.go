package report

// failure is one thing that went wrong, with its whole message.
type failure struct {
	Title   string
	Message string
	// Progress is the last that was heard before.
	Progress string
}

// failures lists what went wrong in the order of the steps, each once: items
// first, and a step or the run itself only if it says more than its parts.
func failures(m *Model) []failure {
	var list []failure
	for _, s := range m.Steps {
		for _, item := range s.Items {
			if text := problem(item, nil); text != "" {
				list = append(list, failure{s.Name + ": " + item.Name, text, cleanLine(item.Progress)})
			}
		}
		if text := problem(s, s.Items); text != "" {
			list = append(list, failure{s.Name, text, cleanLine(s.Progress)})
		}
	}
	if text := problem(&m.Run, allParts(m)); text != "" {
		list = append(list, failure{stepRun, text, ""})
	}
	return list
}
