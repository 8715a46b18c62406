package webchannel

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	messagePrefix = "req"
	messageSuffix = "___data__"

	// maxID is where message ids end: as far as JavaScript counts.
	maxID = 1<<53 - 1
	// maxIndex is where the N of reqN ends. Closure numbers from a hundred before the first message when
	// it repeats some of them.
	maxIndex = 2 * maxMessagesPerPost
	// maxFields leaves room for fields that are not messages.
	maxFields = maxMessagesPerPost + 16
)

// message is what a client sent, and its place in the order.
type message struct {
	id   int64
	data json.RawMessage
}

// form is the body of a handshake or of a forward request.
type form struct {
	header   http.Header // only a handshake has some
	messages []message   // at most maxMessagesPerPost, in no order
}

// formLimits are those limits of a form that [Options] can change.
type formLimits struct {
	messageBytes int
	headerBytes  int
}

// parseForm reads
//
//	headers=…&count=2&ofs=3&req0___data__={…}&req1___data__={…}
//
// where the id of message N is ofs+N. A form without messages may leave out ofs.
func parseForm(body string, limits formLimits) (form, error) {
	if strings.Count(body, "&") >= maxFields {
		return form{}, malformed("The form has more than %d fields.", maxFields)
	}
	p := formParser{limits: limits, count: -1, offset: -1, data: make(map[int64]json.RawMessage)}
	for field := range strings.SplitSeq(body, "&") {
		name, escaped, _ := strings.Cut(field, "=")
		value, err := url.QueryUnescape(escaped)
		if err != nil {
			return form{}, malformed("The form's field %.40q cannot be decoded.", name)
		}
		if err := p.field(name, value); err != nil {
			return form{}, err
		}
	}
	return p.finish()
}

// formParser gathers the fields, which come in any order.
type formParser struct {
	limits        formLimits
	header        http.Header
	count, offset int64 // -1 until seen
	data          map[int64]json.RawMessage
}

func (p *formParser) field(name, value string) error {
	switch {
	case name == "count":
		return p.number(&p.count, name, value, maxMessagesPerPost)
	case name == "ofs":
		return p.number(&p.offset, name, value, maxID)
	case name == "headers":
		if len(value) > p.limits.headerBytes {
			return &requestError{
				http.StatusRequestHeaderFieldsTooLarge,
				"The headers of the handshake are larger than " + strconv.Itoa(p.limits.headerBytes) + " bytes.",
			}
		}
		if p.header != nil {
			return malformed("The form has headers twice.")
		}
		var err error
		p.header, err = parseHeaders(value)
		return err
	case strings.HasPrefix(name, messagePrefix):
		return p.message(name, value)
	default:
		return nil // what a later client may add
	}
}

func (p *formParser) number(n *int64, name, value string, limit int64) error {
	if *n >= 0 {
		return malformed("The form has %s twice.", name)
	}
	parsed, err := strconv.ParseUint(value, 10, 62)
	if err != nil {
		return malformed("The form's %s is %.20q, not a whole number.", name, value)
	}
	if *n = int64(parsed); *n > limit {
		return malformed("The form's %s is %d, more than %d.", name, *n, limit)
	}
	return nil
}

// message keeps reqN___data__. Another suffix is refused: dropping it would lose a message.
func (p *formParser) message(name, value string) error {
	digits, isData := strings.CutSuffix(strings.TrimPrefix(name, messagePrefix), messageSuffix)
	index, err := strconv.ParseUint(digits, 10, 31)
	if !isData || err != nil || index >= maxIndex {
		return malformed("The form's field %.40q is not a message.", name)
	}
	if len(value) > p.limits.messageBytes {
		return &requestError{
			http.StatusRequestEntityTooLarge,
			"A message is larger than " + strconv.Itoa(p.limits.messageBytes) + " bytes.",
		}
	}
	i := int64(index)
	if _, again := p.data[i]; again {
		return malformed("The form has message %d twice.", i)
	}
	data := json.RawMessage(value)
	if !json.Valid(data) {
		return malformed("Message %d is not JSON.", i)
	}
	p.data[i] = data
	return nil
}

func (p *formParser) finish() (form, error) {
	if p.count < 0 {
		return form{}, malformed("The form has no count.")
	}
	if int64(len(p.data)) != p.count {
		return form{}, malformed("The form announces %d messages and has %d.", p.count, len(p.data))
	}
	if p.count > 0 && p.offset < 0 {
		return form{}, malformed("The form has messages and no ofs.")
	}
	f := form{header: p.header, messages: make([]message, 0, len(p.data))}
	for index, data := range p.data {
		if p.offset+index > maxID {
			return form{}, malformed("Message %d has no id that JavaScript can count.", index)
		}
		f.messages = append(f.messages, message{id: p.offset + index, data: data})
	}
	return f, nil
}
