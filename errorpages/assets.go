package errorpages

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// All assets are held in memory, so that nothing is read while visitors wait.
const (
	maxAssets     = 8 << 20 // bytes of all together
	maxAssetFiles = 500
)

// assetTypes are the files that the edge serves for templates. Scripts are not
// among them: what runs on a page is part of it, and has its hash in the policy.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
	".webp": "image/webp", ".avif": "image/avif", ".ico": "image/vnd.microsoft.icon",
	".woff2": "font/woff2", ".woff": "font/woff", ".ttf": "font/ttf", ".otf": "font/otf",
	".mp4": "video/mp4", ".webm": "video/webm", ".pdf": "application/pdf",
}

// assets are the files beside the operator's templates. They are immutable; nil
// has none.
type assets struct {
	base   string            // of their URLs
	byName map[string]*Asset // by slash-separated path below the folder
}

// Asset is a file that the edge serves for the operator's templates.
type Asset struct {
	contentType string
	data        []byte
	gzip        []byte // nil where it saves nothing
	version     string // changes with the content
}

// readAssets reads the folder of assets beside the templates in dir, if it has
// one. Hidden files are left out, and links that lead out of dir are refused.
func readAssets(dir, base string) (*assets, error) {
	if dir == "" {
		return nil, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	if _, err := root.Stat(assetFolder); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	folder, err := root.OpenRoot(assetFolder)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, assetFolder), err)
	}
	defer folder.Close()

	a := &assets{base: base + "/" + assetFolder + "/", byName: map[string]*Asset{}}
	left := maxAssets
	err = fs.WalkDir(folder.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && name != ".":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		if err := a.read(folder, name, &left); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(dir, assetFolder, name), err)
		}
		return nil
	})
	return a, err
}

func (a *assets) read(folder *os.Root, name string, left *int) error {
	contentType, ok := assetTypes[strings.ToLower(path.Ext(name))]
	switch {
	case strings.HasSuffix(name, ".js"), strings.HasSuffix(name, ".mjs"):
		return errors.New("scripts are no assets: put it into page.js, or between <script> and </script> of a page")
	case !ok:
		return fmt.Errorf("is none of the types that are served: %s", strings.Join(assetExtensions(), " "))
	case len(a.byName) == maxAssetFiles:
		return fmt.Errorf("is one file too many: at most %d", maxAssetFiles)
	}
	info, err := folder.Stat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("is not a file")
	}
	f, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, int64(*left)+1))
	if err != nil {
		return err
	}
	if *left -= len(data); *left < 0 {
		return fmt.Errorf("is too large: all assets together may have %d MiB", maxAssets>>20)
	}
	sum := sha256.Sum256(data)
	a.byName[name] = &Asset{
		contentType: contentType, data: data, gzip: smaller(contentType, data), version: hex.EncodeToString(sum[:8]),
	}
	return nil
}

func assetExtensions() (all []string) {
	for ext := range assetTypes {
		all = append(all, ext)
	}
	slices.Sort(all)
	return all
}

// smaller is data with gzip; nil where that is not worth it.
func smaller(contentType string, data []byte) []byte {
	if !strings.HasPrefix(contentType, "text/") && !strings.HasPrefix(contentType, "image/svg") {
		return nil
	}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid, and a buffer takes everything
	_, _ = z.Write(data)
	_ = z.Close()
	if len(data) < worthCompressing || b.Len() >= len(data) {
		return nil
	}
	return b.Bytes()
}

// url is where an asset is, at its present version.
func (a *assets) url(name string) (string, error) {
	if a != nil {
		if f := a.byName[name]; f != nil {
			u := url.URL{Path: a.base + name, RawQuery: assetVersion + f.version}
			return u.String(), nil
		}
	}
	return "", fmt.Errorf("there is no file %q in the folder %s of the templates", name, assetFolder)
}

// assetVersion is followed by the version in the query of an asset's URL.
const assetVersion = "v="

// sources adds to a policy what pages need to load their assets.
func (a *assets) sources() (styles, others string) {
	if a == nil {
		return "", ""
	}
	font, media := false, false
	for _, f := range a.byName {
		switch kind, _, _ := strings.Cut(f.contentType, "/"); {
		case strings.HasPrefix(f.contentType, "text/css"):
			styles = "'self'"
		case kind == "font":
			font = true
		case kind == "video":
			media = true
		}
	}
	if font {
		others += "; font-src 'self'"
	}
	if media {
		others += "; media-src 'self'"
	}
	return styles, others
}
