package models

import (
	"errors"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7/pkg/s3utils"
)

const (
	bucketScheme = "s3"
	prefixMost   = 200 // bytes; S3 leaves 1024 for the whole name of an object
)

// BucketAddress says which bucket keeps the pictures: s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX], with ?region=… where a
// host has several and ?insecure=true for http.
type BucketAddress struct {
	Host, Name  string // Host with its port, when it has one
	Prefix      string // what the names of its objects begin with; empty, or ending with a slash
	Key, Secret string
	Region      string
	Insecure    bool
}

var (
	errBucketForm   = errors.New("write it as s3://KEY:SECRET@host/bucket, with odd characters of the key and the secret as %XX")
	errBucketKey    = errors.New("write the key and the secret before the host, as s3://KEY:SECRET@host/bucket, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
	errBucketName   = errors.New("write the name of the bucket after the host: 3 to 63 small letters, digits, dots and dashes")
	errBucketPrefix = errors.New("what stands after the name of the bucket must be a plain path such as marquee/pictures")
	errBucketOption = errors.New("after the question mark may stand region=NAME and insecure=true, nothing else")
)

// ParseBucket reads the address of a bucket. Its errors are advice, and never repeat the address: it holds a secret. When the
// address has no key and no secret, those given are taken.
func ParseBucket(address, key, secret string) (*BucketAddress, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != bucketScheme || u.Hostname() == "" || u.Opaque != "" || u.Fragment != "" || strings.HasSuffix(u.Host, ":") {
		return nil, errBucketForm
	}
	b := &BucketAddress{Host: u.Host, Key: key, Secret: secret}
	if u.User != nil {
		b.Key = u.User.Username()
		b.Secret, _ = u.User.Password()
	}
	if b.Key == "" || b.Secret == "" {
		return nil, errBucketKey
	}
	b.Name, b.Prefix, _ = strings.Cut(strings.Trim(u.Path, "/"), "/")
	if s3utils.CheckValidBucketNameStrict(b.Name) != nil {
		return nil, errBucketName
	}
	if b.Prefix != "" {
		b.Prefix += "/"
	}
	if len(b.Prefix) > prefixMost || !plainPath(b.Prefix) {
		return nil, errBucketPrefix
	}
	return b, b.readOptions(u.RawQuery)
}

func (b *BucketAddress) readOptions(query string) error {
	options, err := url.ParseQuery(query)
	if err != nil {
		return errBucketOption
	}
	for name, values := range options {
		switch {
		case name == "region" && len(values) == 1 && values[0] != "":
			b.Region = values[0]
		case name == "insecure" && len(values) == 1 && (values[0] == "true" || values[0] == "false"):
			b.Insecure = values[0] == "true"
		default:
			return errBucketOption
		}
	}
	return nil
}

// plainPath reports whether a prefix means the same to every server and proxy: no empty step, no dots alone, ASCII letters.
func plainPath(prefix string) bool {
	for step := range strings.SplitSeq(strings.TrimSuffix(prefix, "/"), "/") {
		odd := strings.Trim(strings.ToLower(step), "abcdefghijklmnopqrstuvwxyz0123456789._-")
		if prefix != "" && (step == "" || step == "." || step == ".." || odd != "") {
			return false
		}
	}
	return true
}

// String is the bucket's name and host: nothing that is secret.
func (b *BucketAddress) String() string { return b.Name + " at " + b.Host }
