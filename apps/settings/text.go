package settings

// Text adds a setting whose value is any text, such as the path of a file.
func (s *Set) Text(name, value, usage string) *string {
	same := func(v string) string { return v }
	return add(s, name, value, usage, func(text string) (string, error) { return text, nil }, same)
}
