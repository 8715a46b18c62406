package emulator_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parley-chat/parley/emulator"
)

// with starts an emulator that the test closes.
func with(t *testing.T, o *emulator.Options) *emulator.Server {
	t.Helper()
	s, err := emulator.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const (
	signUpPath = "/identitytoolkit.googleapis.com/v1/accounts:signUp?key=k"
	lookupPath = "/identitytoolkit.googleapis.com/v1/accounts:lookup?key=k"
)

func TestDataOutlivesTheServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := with(t, &emulator.Options{Data: dir})
	run(t, s, []step{
		{"create", "POST", documents + "/a?documentId=1", `{"fields":{"n":{"integerValue":"1"}}}`, 200, nil, nil},
		{"create", "POST", documents + "/a?documentId=2", `{}`, 200, nil, nil},
	})
	_, person := call(t, s, "POST", signUpPath, `{"returnSecureToken":true}`)
	_, before := call(t, s, "GET", documents+"/a/1", "")
	if _, err := emulator.Start(t.Context(), &emulator.Options{Data: dir}); !errors.Is(err, emulator.ErrInUse) {
		t.Errorf("a second one beside it: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = with(t, &emulator.Options{Data: dir})
	lookup := fmt.Sprintf(`{"localId":[%q]}`, at(person, "localId"))
	run(t, s, []step{
		{"the document and its times", "GET", documents + "/a/1", "", 200, nil, before},
		{"the person", "POST", lookupPath, lookup, 200, []any{"users", 0, "localId"}, at(person, "localId")},
		{"clear", "DELETE", "/emulator" + documents, "", 200, nil, nil},
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = with(t, &emulator.Options{Data: dir})
	run(t, s, []step{{"cleared", "GET", documents + "/a/2", "", 404, nil, nil}})
}

func TestADamagedDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := with(t, &emulator.Options{Data: dir})
	run(t, s, []step{{"create", "POST", documents + "/a?documentId=1", `{}`, 200, nil, nil}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "parley.db"), 9000); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.Start(t.Context(), &emulator.Options{Data: dir}); !errors.Is(err, emulator.ErrDamaged) {
		t.Errorf("a file that was cut short: %v", err)
	}
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	s := with(t, &emulator.Options{Indexes: []byte(
		`{"fieldOverrides":[{"collectionGroup":"a","fieldPath":"ends","ttl":true,"indexes":[]}]}`)})
	ends := time.Now().Add(30 * time.Minute).UTC().Format(time.RFC3339)
	body := fmt.Sprintf(`{"fields":{"ends":{"timestampValue":%q}}}`, ends)
	const path = "/emulator/v1/clock"
	run(t, s, []step{
		{"create", "POST", documents + "/a?documentId=1", body, 200, nil, nil},
		{"too early", "POST", path, `{"advance":"1200s"}`, 200, nil, nil},
		{"there", "GET", documents + "/a/1", "", 200, nil, nil},
		{"late enough", "POST", path, `{"advance":"1200s"}`, 200, nil, nil},
		{"gone", "GET", documents + "/a/1", "", 404, nil, nil},
		{
			"and billed", "GET", "/emulator/v1/" + inX + "/usage", "",
			200,
			[]any{"clients", "owner", "deletes"},
			1.0,
		},
		{"back", "POST", path, `{"advance":"-1s"}`, 400, nil, nil},
		{"too far", "POST", path, `{"advance":"2000000h"}`, 400, nil, nil},
		{"no duration", "POST", path, `{"advance":"soon"}`, 400, nil, nil},
		{"no JSON", "POST", path, `advance`, 400, nil, nil},
		{"another method", "GET", path, "", 405, nil, nil},
	})
	_, told := call(t, s, "POST", path, `{"advance":"0s"}`)
	now, err := time.Parse(time.RFC3339Nano, fmt.Sprint(at(told, "now")))
	if ahead := time.Until(now); err != nil || ahead < 35*time.Minute || ahead > 45*time.Minute {
		t.Errorf("the clock says %v, %v", told, err)
	}
	_, made := call(t, s, "POST", documents+"/a?documentId=2", `{}`)
	written, err := time.Parse(time.RFC3339Nano, fmt.Sprint(at(made, "createTime")))
	if err != nil || written.Before(now) {
		t.Errorf("a document of %v, made after %v", written, now)
	}
}

func TestIndexesThatAreBroken(t *testing.T) {
	t.Parallel()
	_, err := emulator.Start(t.Context(), &emulator.Options{Indexes: []byte("{")})
	if err == nil {
		t.Error("they were taken")
	}
}
