package cpace

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gtank/ristretto255"

	"github.com/parley-chat/parley/protocol"
	"github.com/parley-chat/parley/protocol/vectortest"
)

var writeExchange = flag.Bool("write-exchange", false, "write vectors/exchange-go.json anew")

// hexBytes are bytes that JSON has as hex.
type hexBytes []byte

func (h hexBytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

func (h *hexBytes) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	*h = raw
	return err
}

func readCases[T any](t *testing.T, file string) []T {
	t.Helper()
	return vectortest.Read[T](t, filepath.Join("..", "protocol", "vectors", file))
}

// draftCase is one case of vectors/cpace.json.
type draftCase struct {
	Rule, Name, Kind, Expect         string
	PasswordHex, CIHex, SidHex       hexBytes
	GeneratorStringHex, GeneratorHex hexBytes
	ScalarAHex, AdAHex, ShareAHex    hexBytes
	ScalarBHex, AdBHex, ShareBHex    hexBytes
	PointHex, SessionKeyHex          hexBytes
}

// [N4] The draft's vectors.
func TestDraftVectors(t *testing.T) {
	t.Parallel()
	for _, c := range readCases[draftCase](t, "cpace.json") {
		t.Run("["+c.Rule+"] "+c.Name, func(t *testing.T) {
			t.Parallel()
			switch c.Kind {
			case "run":
				c.checkRun(t)
			case "multiply":
				c.checkMultiply(t)
			default:
				t.Fatalf("the test does not know kind %q", c.Kind)
			}
		})
	}
}

func (c *draftCase) checkRun(t *testing.T) {
	t.Helper()
	wantBytes(t, "generator string", generatorString(c.PasswordHex, c.CIHex, c.SidHex), c.GeneratorStringHex)
	g := generator(c.PasswordHex, c.CIHex, c.SidHex)
	wantBytes(t, "generator", g.Bytes(), c.GeneratorHex)
	for _, side := range []struct{ scalar, own, other []byte }{
		{c.ScalarAHex, c.ShareAHex, c.ShareBHex}, {c.ScalarBHex, c.ShareBHex, c.ShareAHex},
	} {
		scalar := scalarOf(t, side.scalar)
		wantBytes(t, "share", ristretto255.NewIdentityElement().ScalarMult(scalar, g).Bytes(), side.own)
		point, err := multiplyVerified(scalar, side.other)
		if err != nil {
			t.Fatal(err)
		}
		wantBytes(t, "point", point, c.PointHex)
		isk := sessionKey(c.SidHex, point, c.ShareAHex, c.AdAHex, c.ShareBHex, c.AdBHex)
		wantBytes(t, "session key", isk, c.SessionKeyHex)
	}
}

func (c *draftCase) checkMultiply(t *testing.T) {
	t.Helper()
	point, err := multiplyVerified(scalarOf(t, c.ScalarAHex), c.ShareBHex)
	if c.Expect == "error" {
		wantError(t, err, ErrShare)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, "point", point, c.PointHex)
}

func scalarOf(t *testing.T, raw []byte) *ristretto255.Scalar {
	t.Helper()
	scalar, err := ristretto255.NewScalar().SetCanonicalBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	return scalar
}

func wantBytes(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s is %x, want %x", what, got, want)
	}
}

func wantError(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// exchangeCase is one case of vectors/exchange-*.json: a whole run and the randomness that it took.
type exchangeCase struct {
	Rule          string   `json:"rule"`
	Name          string   `json:"name"`
	Code          string   `json:"code"`
	CodeID        string   `json:"codeId"`
	CodeNonceHex  hexBytes `json:"codeNonceHex"`
	GuessNonceHex hexBytes `json:"guessNonceHex"`
	Joiner        string   `json:"joiner"`
	Creator       string   `json:"creator"`
	SecretHex     hexBytes `json:"secretHex"`

	JoinerRandomHex  hexBytes `json:"joinerRandomHex"`
	CreatorRandomHex hexBytes `json:"creatorRandomHex"` // of the scalar, then of the seal

	ShareHex     hexBytes `json:"shareHex"`
	AnswerHex    hexBytes `json:"answerHex"`
	AnswerTagHex hexBytes `json:"answerTagHex"`
	TagHex       hexBytes `json:"tagHex"`
	SealedHex    hexBytes `json:"sealedHex"`
}

// [N4][N6][N7] The same run in either language says the same, byte by byte.
func TestExchangeVectors(t *testing.T) {
	t.Parallel()
	if *writeExchange {
		writeExchangeVectors(t)
	}
	for _, file := range []string{"exchange-go.json", "exchange-web.json"} {
		for _, want := range readCases[exchangeCase](t, file) {
			t.Run(file+"/["+want.Rule+"] "+want.Name, func(t *testing.T) {
				t.Parallel()
				got := want
				got.run(t)
				wantBytes(t, "share", got.ShareHex, want.ShareHex)
				wantBytes(t, "answer", got.AnswerHex, want.AnswerHex)
				wantBytes(t, "answerTag", got.AnswerTagHex, want.AnswerTagHex)
				wantBytes(t, "tag", got.TagHex, want.TagHex)
				wantBytes(t, "sealed", got.SealedHex, want.SealedHex)
			})
		}
	}
}

// run fills in what the two sides say.
func (c *exchangeCase) run(t *testing.T) {
	t.Helper()
	code, err := protocol.ParseShortCode(c.Code)
	if err != nil {
		t.Fatal(err)
	}
	b := Binding{
		Code: code, CodeID: protocol.RoomID(c.CodeID), Joiner: c.Joiner, Creator: c.Creator,
		CodeNonce: [NonceBytes]byte(c.CodeNonceHex), GuessNonce: [NonceBytes]byte(c.GuessNonceHex),
	}
	random := bytes.NewReader(c.CreatorRandomHex)
	joiner, err := NewJoiner(bytes.NewReader(c.JoinerRandomHex), b)
	must(t, err)
	creator, err := Answer(random, b, joiner.Share())
	must(t, err)
	tag, err := joiner.Confirm(creator.Share(), creator.Tag())
	must(t, err)
	sealed, err := creator.Give(random, tag, protocol.RoomSecret(c.SecretHex))
	must(t, err)
	secret, err := joiner.Take(sealed)
	must(t, err)
	wantBytes(t, "secret", secret[:], c.SecretHex)
	c.ShareHex, c.AnswerHex, c.AnswerTagHex = joiner.Share(), creator.Share(), creator.Tag()
	c.TagHex, c.SealedHex = tag, sealed
	if random.Len() != 0 {
		t.Errorf("%d bytes of randomness were not used", random.Len())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func writeExchangeVectors(t *testing.T) {
	t.Helper()
	counted := func(from byte, n int) hexBytes {
		out := make(hexBytes, n)
		for i := range out {
			out[i] = from + byte(i)
		}
		return out
	}
	base := exchangeCase{
		Rule: "N4", CodeID: "AAAAAAAAAAAAAAAAAAAAAAAAAAA", SecretHex: counted(0, secretBytes),
		CodeNonceHex: counted(1, NonceBytes), GuessNonceHex: counted(2, NonceBytes),
		JoinerRandomHex: counted(3, uniformBytes), CreatorRandomHex: counted(4, uniformBytes+nonceBytes),
	}
	var cases []exchangeCase
	for _, c := range []struct{ name, code, joiner, creator string }{
		{"two people", "417-apple-river", "ann", "ben"},
		{"five digits, one word twice", "99999-zoo-zoo", "ann", "ben"},
		{"uids whose length takes two bytes", "100-abandon-ability", strings.Repeat("a", 128), strings.Repeat("b", 128)},
		{"uids outside ASCII", "417-apple-river", "änn", strings.Repeat("é", 100)},
	} {
		one := base
		one.Name, one.Code, one.Joiner, one.Creator = c.name, c.code, c.joiner, c.creator
		one.run(t)
		cases = append(cases, one)
	}
	vectortest.Write(t, filepath.Join("..", "protocol", "vectors", "exchange-go.json"),
		"SPEC N4, N6, N7: whole runs, by Go.", cases)
}
