package settings

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"time"
)

// Address adds a setting whose value is a host and port to listen on.
func (s *Set) Address(name, value, usage string) *string {
	return add(s, name, value, usage, parseAddress, func(v string) string { return v })
}

// URL adds a setting whose value is an http or https URL.
func (s *Set) URL(name, value, usage string) *url.URL {
	u, err := parseURL(value)
	if err != nil {
		panic(fmt.Sprintf("setting %s: default value %q: %v", name, value, err))
	}
	return add(s, name, u, usage, parseURL, func(u url.URL) string { return u.String() })
}

// Duration adds a setting whose value is a duration from low to high.
func (s *Set) Duration(name string, value, low, high time.Duration, usage string) *time.Duration {
	return add(s, name, value, usage, within(parseDuration, low, high), time.Duration.String)
}

// Int adds a setting whose value is a whole number from low to high.
func (s *Set) Int(name string, value, low, high int, usage string) *int {
	return add(s, name, value, usage, within(parseInt, low, high), strconv.Itoa)
}

// Level adds a setting whose value is the least level that is logged.
func (s *Set) Level(name string, value slog.Level, usage string) *slog.Level {
	return add(s, name, value, usage, parseLevel, slog.Level.String)
}

// setting is one value as the flag package wants it.
type setting[T any] struct {
	value *T
	parse func(string) (T, error)
	print func(T) string
}

// Set implements flag.Value.
func (v setting[T]) Set(text string) error {
	parsed, err := v.parse(text)
	if err != nil {
		return err
	}
	*v.value = parsed
	return nil
}

// String implements flag.Value.
func (v setting[T]) String() string {
	if v.value == nil { // the flag package prints a zero setting
		return ""
	}
	return v.print(*v.value)
}

func add[T any](s *Set, name string, value T, usage string, parse func(string) (T, error), format func(T) string) *T {
	s.flags.Var(setting[T]{&value, parse, format}, name, usage)
	return &value
}

// within makes a parser refuse what is out of range.
func within[T cmp.Ordered](parse func(string) (T, error), low, high T) func(string) (T, error) {
	return func(text string) (T, error) {
		v, err := parse(text)
		if err == nil && (v < low || v > high) {
			err = fmt.Errorf("not between %v and %v", low, high)
		}
		return v, err
	}
}

func parseAddress(text string) (string, error) {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return "", fmt.Errorf("not an address such as :8080 or 127.0.0.1:8080")
	}
	// 0 is allowed: the kernel then chooses a free port.
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return "", fmt.Errorf("port %q is not a number from 0 to 65535", port)
	}
	return text, nil
}

func parseURL(text string) (url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return url.URL{}, fmt.Errorf("not a URL such as http://api:8080")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return url.URL{}, fmt.Errorf("a query (?) or a fragment (#) has no place in it")
	}
	return *u, nil
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("not a duration such as 2s or 500ms")
	}
	return d, nil
}

func parseInt(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("not a whole number")
	}
	return n, nil
}

func parseLevel(text string) (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return 0, fmt.Errorf("not one of debug, info, warn, error")
	}
	return level, nil
}
