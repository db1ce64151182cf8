package notify

import "strings"

// slack is the body of an incoming webhook: blocks, and the text of them for
// where blocks are not shown.
func slack(m Message) any {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	plain := func(text string) any { return map[string]any{"type": "plain_text", "text": text} }
	// Plain text has no markup: a name with a star in it stays what it is.
	blocks := []any{
		map[string]any{"type": "header", "text": plain(cut(m.headline(), 150))},
		map[string]any{"type": "section", "text": plain(m.Verdict)},
	}
	for _, l := range m.lists() {
		blocks = append(blocks, map[string]any{"type": "section", "text": plain(l.title + ":\n• " + strings.Join(l.items, "\n• "))})
	}
	blocks = append(blocks, map[string]any{"type": "context", "elements": []any{plain(m.facts())}})
	return map[string]any{"text": escape(m.headline() + ". " + m.Verdict), "blocks": blocks}
}

// teams is what a workflow that waits for a webhook takes: a message with an
// Adaptive Card. Its rich text has no markup either.
func teams(m Message) any {
	const version = "1.4"
	block := func(runs ...any) any { return map[string]any{"type": "RichTextBlock", "inlines": runs} }
	run := func(text string, bold bool) any {
		r := map[string]any{"type": "TextRun", "text": text}
		if bold {
			r["weight"] = "Bolder"
		}
		return r
	}
	body := []any{block(run(m.headline(), true)), block(run(m.Verdict, false))}
	for _, l := range m.lists() {
		body = append(body, block(run(l.title+": ", true), run(strings.Join(l.items, ", "), false)))
	}
	body = append(body, block(run(m.facts(), false)))
	card := map[string]any{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
		"type":    "AdaptiveCard", "version": version, "body": body,
	}
	return map[string]any{
		"type":        "message",
		"attachments": []any{map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}},
	}
}

type list struct {
	title string
	items []string
}

func (m Message) lists() []list {
	var all []list
	for _, l := range []list{{"Failed", m.Failed}, {"Slower than before", m.Slower}} {
		if len(l.items) > 0 {
			all = append(all, l)
		}
	}
	return all
}

func (m Message) facts() string {
	return "started " + m.Started.UTC().Format("2006-01-02 15:04:05 UTC") + ", took " + m.span()
}

func cut(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}
