import { type HttpClientError, HttpClientResponse } from "@effect/platform"
import type { Errors, Response } from "@effect-requests/core"
import { Effect, type ParseResult, Schema, type Stream } from "effect"
import { describe, expect, test } from "tstyche"

declare const response: Response.Response

const User = Schema.Struct({ id: Schema.Number })

describe("a response", () => {
  test("is platform's, wherever one is taken", () => {
    expect(response).type.toBeAssignableTo<HttpClientResponse.HttpClientResponse>()
    expect(HttpClientResponse.schemaBodyJson(User)(response)).type.toBe<
      Effect.Effect<{ readonly id: number }, HttpClientError.ResponseError | ParseResult.ParseError>
    >()
  })

  test("has readers that fail with platform's ResponseError", () => {
    expect(response.text).type.toBe<Effect.Effect<string, HttpClientError.ResponseError>>()
    expect(response.json).type.toBe<Effect.Effect<unknown, HttpClientError.ResponseError>>()
    expect(response.bytes).type.toBe<Effect.Effect<Uint8Array, HttpClientError.ResponseError>>()
    expect(response.stream).type.toBe<Stream.Stream<Uint8Array, HttpClientError.ResponseError>>()
    expect(response.lines()).type.toBe<Stream.Stream<string, HttpClientError.ResponseError>>()
  })

  test("has a status that is a failure when it is asked for, and a tag to catch", () => {
    expect(response.raiseForStatus).type.toBe<Effect.Effect<Response.Response, Errors.StatusError>>()
    expect(
      Effect.catchTag(response.raiseForStatus, "StatusError", (error) => Effect.succeed(error.response))
    ).type.toBe<Effect.Effect<Response.Response>>()
  })
})
