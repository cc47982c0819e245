import { describe, expect, test } from "vitest";
import { endpointNames, endpoints, queryParameters } from "../../electron/sync/endpoints.ts";
import { sign, stringToSign } from "../../electron/sync/signature.ts";

const SECRET = "helloworld";
const headers = { tenant_id: "1001", api_key: "2001", timestamp: "1727338566755" };

describe("the signature", () => {
  test("of the documentation's own example call is built from its very string", () => {
    const text = stringToSign({
      path: "/rest/foo",
      parameters: {
        tenant_id: "1001",
        api_key: "2001",
        timestamp: "1517820392000",
        foo: "1",
        bar: "2",
        foo_bar: "3",
        foobar: "4",
        signature: "left out",
      },
      body: "",
    });
    expect(text).toBe("/rest/fooapi_key2001bar2foo1foo_bar3foobar4tenant_id1001timestamp1517820392000");
    expect(sign(text, SECRET)).toBe("fbf062eed223bfe84ee6212b61ff4193391a56d3e6ac9c83f7291bd95b292d1c");
  });

  test("of a list parameter is taken over the brackets as they are, before URL encoding", () => {
    const text = stringToSign({
      path: endpoints.getTasksByNo.path,
      parameters: { ...headers, ...queryParameters({ ft_nos: ["FT0001", "FT0002"] }) },
      body: "",
    });
    expect(text).toBe("/rest/fp_api/fulfillment_task/get_by_noapi_key2001ft_nos[FT0001,FT0002]tenant_id1001timestamp1727338566755");
    expect(sign(text, SECRET)).toBe("e49f24c5ff97d06d75b44ee4b90b1c0e4a6408aa9feb1971bca4915eff43f31f");
  });

  test("of numbers in a query is taken over their digits", () => {
    const parameters = { ...headers, ...queryParameters({ updated_from: 1_727_338_000_000, offset: 0, limit: 50, status: undefined }) };
    const text = stringToSign({ path: endpoints.getTasks.path, parameters, body: "" });
    expect(sign(text, SECRET)).toBe("62a1fd6af7eb337cc3abd23adfc0059f1676040535d4c61919296f74b3bac2ec");
  });

  test("of a POST is taken over the body byte for byte, in UTF-8", () => {
    const body = `{"ft_no":"FT0001","fp_parcel_no":"P-01","milestone":"SHIPPING","description":"已出库 é","event_time":1727338566755}`;
    const text = stringToSign({ path: endpoints.updateParcelActivity.path, parameters: headers, body });
    expect(sign(text, SECRET)).toBe("82ba899ec71546653702a9afae5c1560c1563283b28797209bead954c2d806df");
    expect(sign(text.replace("é", "e"), SECRET)).not.toBe(sign(text, SECRET));
  });
});

describe("the endpoint table", () => {
  test("holds the nine calls, each under a path of its own", () => {
    expect(endpointNames).toHaveLength(9);
    expect(new Set(endpointNames.map((name) => endpoints[name].path)).size).toBe(9);
  });

  test.each([
    ["six numbers by number", endpoints.getTasksByNo.input, { ft_nos: ["1", "2", "3", "4", "5", "6"] }],
    ["a number that would break the list", endpoints.getTasksByNo.input, { ft_nos: ["FT1,FT2"] }],
    ["a page of 51", endpoints.getTasks.input, { limit: 51 }],
    ["21 cancel requests", endpoints.getCancelRequests.input, { ft_no: Array.from({ length: 21 }, (_, index) => `FT${index}`) }],
    [
      "201 inventory rows",
      endpoints.updateInventory.input,
      { inventory: Array.from({ length: 201 }, () => ({ brand_code: "B", brand_sku_code: "S", qty: 1 })) },
    ],
  ])("never lets us ask for %s", (_what, schema, input) => {
    expect(schema.safeParse(input).success).toBe(false);
  });
});
