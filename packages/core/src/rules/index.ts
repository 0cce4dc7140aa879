/**
 * Every pure decision under one name: `Rules.prepare`, `Rules.followUp`, `Rules.absorb`, `Rules.merge` …
 *
 * @module
 */
export * from "./absorb.js"
export * from "./authorize.js"
export * from "./challenge.js"
export * from "./dress.js"
export * from "./encode.js"
export * from "./environment.js"
export * from "./followUp.js"
export * from "./merge.js"
export * from "./mount.js"
export * from "./multipart.js"
export * from "./netrc.js"
export * from "./noProxy.js"
export * from "./origin.js"
export * from "./prepare.js"
export * from "./proxies.js"
export * from "./redirect.js"
export * from "./requote.js"
export * from "./retry.js"
export * from "./secrets.js"
export * from "./settle.js"
export * from "./transport.js"
export * from "./url.js"
export * from "./userinfo.js"
