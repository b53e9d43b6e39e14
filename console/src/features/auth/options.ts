import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, unwrap } from "@/api/client";
import type { SignInOptions } from "@/api/types";
import { setBrandName, setTenantColor } from "@/app/brand";

/** What the sign-in pages need to know before anybody is signed in. */
export function useSignInOptions() {
  const query = useQuery({
    queryKey: ["sign-in-options"],
    queryFn: () => unwrap<SignInOptions>(client.GET("/sign-in-options")),
    staleTime: 60_000,
  });
  const brand = query.data?.brand;
  useEffect(() => {
    setTenantColor(brand?.color);
    setBrandName(brand?.name);
  }, [brand]);
  return query;
}
