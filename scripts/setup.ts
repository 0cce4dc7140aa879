// The machine's own proxies and certificates must not steer a test; one that wants them sets them.
const steering = /^(REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|SSL_CERT_FILE|SSL_CERT_DIR|NETRC|(https?|all|no|ftp)_proxy)$/i

for (const name of Object.keys(process.env)) if (steering.test(name)) delete process.env[name]
