// What the app may do in Saleor; what staff have granted since is known once Saleor was asked again.

import { useQuery } from "@tanstack/react-query";

import { useShop } from "../bridge/shop";
import { dataOf } from "./client";

/** The app's permissions; Saleor is asked anew where a wanted one is not among those that are known. */
export function useAppPermissions(...wanted: readonly string[]) {
  const { api } = useShop();
  return useQuery({
    queryKey: ["app-permissions", wanted],
    queryFn: async () => {
      const { permissions } = await dataOf(api.GET("/api/permissions"));
      if (wanted.every((code) => permissions.includes(code))) return permissions;
      return (await dataOf(api.POST("/api/permissions/refresh"))).permissions;
    },
  });
}
