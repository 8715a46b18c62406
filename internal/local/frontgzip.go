package local

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// gzipped keeps the compressed form of the page's files, so that each is compressed once. Hosting compresses too:
// without it, what is measured here would say little of what people get. It is safe for concurrent use.
type gzipped struct {
	mu    sync.Mutex
	files map[string]gzippedFile // guarded by mu
}

type gzippedFile struct {
	modTime time.Time
	size    int64 // of the file itself
	body    []byte
}

// mostGzipped bounds what is kept: a build has some 30 files, and the names of the next are others.
const mostGzipped = 128

// isText says whether compressing a file of that name is worth it; fonts and pictures are compressed already.
func isText(name string) bool {
	switch path.Ext(name) {
	case ".html", ".js", ".css", ".svg", ".json", ".txt":
		return true
	}
	return false
}

// takesGzip says whether the client that sent r can read gzip.
func takesGzip(r *http.Request) bool {
	for each := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(each, " ", ""), ";")
		if coding == "gzip" {
			return weight == "" || strings.Trim(weight, "q=0.") != "" // a weight of 0 is a no
		}
	}
	return false
}

// of gives the compressed form of file, which is name of the page.
func (g *gzipped) of(name string, file *os.File, info os.FileInfo) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if kept, ok := g.files[name]; ok && kept.modTime.Equal(info.ModTime()) && kept.size == info.Size() {
		return kept.body, nil
	}
	var body bytes.Buffer
	to := gzip.NewWriter(&body)
	if _, err := io.Copy(to, file); err != nil {
		return nil, fmt.Errorf("compressing %s: %w", name, err)
	}
	if err := to.Close(); err != nil {
		return nil, fmt.Errorf("compressing %s: %w", name, err)
	}
	if g.files == nil || len(g.files) >= mostGzipped {
		g.files = make(map[string]gzippedFile)
	}
	g.files[name] = gzippedFile{modTime: info.ModTime(), size: info.Size(), body: body.Bytes()}
	return body.Bytes(), nil
}
