package handlers_test

import "strings"

// hubScenarios is what programs of others ask the hub and the rssCloud; who is logged in is nobody special there.
func hubScenarios() []scenario {
	const ours, callback = "http://marquee.example/~ada/rss.xml", "https://reader.example/hook?id=17"
	var list []scenario
	for _, s := range []scenario{
		{route: "POST /hub", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", callback, "hub.unknown", "x"), want: 202, left: map[string]int{"jobs": 1}},
		{route: "POST /hub", name: "with a secret and a lease", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", callback, "hub.secret", strings.Repeat("s", 199), "hub.lease_seconds", "600"), want: 202, left: map[string]int{"jobs": 1}},
		{route: "POST /hub", name: "unsubscribe", form: form("hub.mode", "unsubscribe", "hub.topic", ours, "hub.callback", callback), want: 202, left: map[string]int{"jobs": 1}},
		{route: "POST /hub", name: "another site's topic", form: form("hub.mode", "subscribe", "hub.topic", "https://other.example/", "hub.callback", callback), want: 202, left: map[string]int{"jobs": 1}},
		{route: "POST /hub", name: "without a mode", form: form("hub.topic", ours, "hub.callback", callback), want: 400, has: []string{"hub.mode is subscribe"}},
		{route: "POST /hub", name: "with another mode", form: form("hub.mode", "denied"), want: 400, has: []string{"hub.mode is subscribe"}},
		{route: "POST /hub", name: "in the query", path: "/hub?hub.mode=subscribe&hub.topic=" + ours + "&hub.callback=https://reader.example/", form: form(), want: 400, has: []string{"hub.mode is subscribe"}},
		{route: "POST /hub", name: "without a callback", form: form("hub.mode", "subscribe", "hub.topic", ours), want: 400, has: []string{"The callback is a public"}},
		{route: "POST /hub", name: "to a private address", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", "http://10.0.0.1/"), want: 400, has: []string{"leads to a private address"}},
		{route: "POST /hub", name: "to ourselves", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", "http://marquee.example/hub"), want: 400, has: []string{"not of this site"}},
		{route: "POST /hub", name: "with a long callback", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", "https://reader.example/"+strings.Repeat("a", 2048)), want: 400, has: []string{"The callback is a public"}},
		{route: "POST /hub", name: "without a topic", form: form("hub.mode", "subscribe", "hub.callback", callback), want: 400, has: []string{"hub.topic is the address"}},
		{route: "POST /hub", name: "with a long secret", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", callback, "hub.secret", strings.Repeat("s", 200)), want: 400, has: []string{"at most 199 bytes"}},
		{route: "POST /hub", name: "with a strange lease", form: form("hub.mode", "subscribe", "hub.topic", ours, "hub.callback", callback, "hub.lease_seconds", "long"), want: 202, left: map[string]int{"jobs": 1}},
		{route: "POST /hub", name: "publish another site's", form: form("hub.mode", "publish", "hub.url", "https://other.example/"), want: 400, has: []string{"hub.topic is the address"}},
		{route: "POST /hub", name: "publish nothing", form: form("hub.mode", "publish"), want: 400, has: []string{"hub.topic is the address"}},
		{route: "POST /hub", name: "in French", path: "/hub?lang=fr", form: form("hub.mode", ""), want: 400, has: []string{"hub.mode vaut"}},
		{route: "GET /hub", want: 405, has: []string{"This is a hub"}, not: []string{"<html"}},
		{route: "GET /hub", name: "in French", path: "/hub?lang=fr", want: 405, has: []string{"Ceci est un hub"}},
		{route: "GET /rsscloud/pleaseNotify", want: 405, has: []string{"This is an rssCloud"}, not: []string{"<html"}},
		{route: "POST /rsscloud/pleaseNotify", name: "another site's", form: form("protocol", "http-post", "port", "80", "path", "/", "url1", "https://other.example/"), want: 200, has: []string{`<notifyResult success="false" msg="Name 1 to 10 feeds`}},
		{route: "POST /rsscloud/pleaseNotify", name: "in XML-RPC", form: form("protocol", "xml-rpc", "port", "80", "path", "/", "url1", ours), want: 200, has: []string{`success="false"`, "http-post or https-post"}},
		{route: "POST /rsscloud/pleaseNotify", name: "without a port", form: form("protocol", "http-post", "path", "/", "url1", ours), want: 200, has: []string{`success="false"`, "The callback is"}},
		{route: "POST /rsscloud/ping", name: "nothing", form: form(), want: 200, has: []string{`<result success="false"`}},
		{route: "POST /rsscloud/ping", name: "another site's", form: form("url", "https://other.example/"), want: 200, has: []string{`<result success="false" msg="Name 1 to 10`}},
	} {
		list = append(list, everybody(s)...)
	}
	return list
}
