package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// maxFaultsBytes bounds the body that sets faults.
const maxFaultsBytes = 1 << 20

// faultRoutes let tests in any language make things go wrong.
func (s *Server) faultRoutes(mux *http.ServeMux) {
	post := func(path string, do func(http.ResponseWriter)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if takes(w, r, http.MethodPost) {
				do(w)
			}
		})
	}
	mux.HandleFunc("/emulator/v1/faults", s.faults)
	post("/emulator/v1/pause", func(w http.ResponseWriter) { s.Pause(); answerEmpty(w) })
	post("/emulator/v1/resume", func(w http.ResponseWriter) { s.Resume(); answerEmpty(w) })
	post("/emulator/v1/cut", func(w http.ResponseWriter) {
		body, err := json.Marshal(map[string]int{"streams": s.CutStreams()})
		answerJSON(w, body, err)
	})
}

// faults takes PUT with faults as JSON, and DELETE, which ends all of them.
func (s *Server) faults(w http.ResponseWriter, r *http.Request) {
	if !takes(w, r, http.MethodPut, http.MethodDelete) {
		return
	}
	var asked Faults
	if r.Method == http.MethodPut {
		var err error
		if asked, err = parseFaults(http.MaxBytesReader(w, r.Body, maxFaultsBytes)); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	if err := s.SetFaults(asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answerEmpty(w)
}

// parseFaults reads faults as JSON. Members that are not known are errors: a fault that nobody meets hides what a test
// should find.
func parseFaults(body io.Reader) (Faults, error) {
	var read struct {
		Faults

		Written []struct {
			Fault

			Delay  text `json:"delay"`
			Jitter text `json:"jitter"`
		} `json:"faults"`
	}
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return Faults{}, fmt.Errorf("emulator: faults: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Faults{}, errors.New("emulator: faults: more than one JSON value")
	}
	f := read.Faults
	for _, one := range read.Written {
		fault := one.Fault
		fault.Delay, fault.Jitter = time.Duration(one.Delay), time.Duration(one.Jitter)
		f.Faults = append(f.Faults, fault)
	}
	return f, nil
}

// text is a duration as people write it: "1.5s".
type text time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *text) UnmarshalText(raw []byte) error {
	d, err := time.ParseDuration(string(raw))
	if err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	*t = text(d)
	return nil
}

// answerJSON answers with what Marshal gave.
func answerJSON(w http.ResponseWriter, body []byte, err error) {
	if err != nil {
		http.Error(w, "The answer cannot be written.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // to somebody who may have gone
}
