import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, unwrap } from "@/api/client";
import type { Brand, SignInOptions } from "@/api/types";
import { setBrandName, setTenantColor } from "@/app/brand";

/** What the sign-in pages need to know before anybody is signed in. */
export function useSignInOptions() {
  const query = useQuery({
    queryKey: ["sign-in-options"],
    queryFn: () => unwrap<SignInOptions>(client.GET("/sign-in-options")),
    staleTime: 60_000,
  });
  useBrand(query.data?.brand);
  return query;
}

/** Gives a page before signing in the color and the name of a brand, once it is known. */
export function useBrand(brand: Brand | null | undefined) {
  useEffect(() => {
    setTenantColor(brand?.color);
    setBrandName(brand?.name);
  }, [brand]);
}
