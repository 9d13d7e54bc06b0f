//! Values with one name in V2 and another in V3: samplers, preprocessors, upscalers, IP adapters.

use crate::scalar;

/// One value of V2, and what stands for it in V3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pairing {
    /// The value in V2.
    pub v2: &'static str,
    /// The value in V3.
    pub v3: &'static str,
    /// How exactly one stands for the other.
    pub fate: Fate,
    /// Why this one; empty where both are the same thing.
    pub reason: &'static str,
}

/// How exactly a V3 value stands for a V2 value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// The same name.
    Same,
    /// The same thing under another name.
    Renamed,
    /// Another thing, the nearest that V3 has.
    Substituted,
}

const fn same(name: &'static str) -> Pairing {
    pair(name, name, Fate::Same, "")
}
const fn renamed(v2: &'static str, v3: &'static str) -> Pairing {
    pair(v2, v3, Fate::Renamed, "")
}
const fn nearest(v2: &'static str, v3: &'static str, reason: &'static str) -> Pairing {
    pair(v2, v3, Fate::Substituted, reason)
}
const fn pair(v2: &'static str, v3: &'static str, fate: Fate, reason: &'static str) -> Pairing {
    Pairing {
        v2,
        v3,
        fate,
        reason,
    }
}

/// The pairings of a V2 field (`sampler_name`, `hr_upscaler`, `controlnet_units[].module`, `controlnet_units[].model`);
/// empty for other fields. Those of `sampler_name` and of `controlnet_units[].model` are used only when an option asks
/// for them ([`Samplers::Nearest`](crate::Samplers::Nearest), [`IpAdapter::Move`](crate::IpAdapter::Move)).
pub fn pairings(field: &str) -> &'static [Pairing] {
    match field {
        "sampler_name" => SAMPLERS,
        "hr_upscaler" => UPSCALERS,
        "controlnet_units[].module" => MODULES,
        "controlnet_units[].model" => IP_ADAPTERS,
        _ => &[],
    }
}

/// The pairing of a text as it is escaped.
pub(crate) fn find(table: &[Pairing], inner: &[u8]) -> Option<Pairing> {
    scalar::spelled(inner, table, |pairing| pairing.v2).copied()
}

/// Samplers that V2 had and V3 does not, each with the closest one of V3.
#[rustfmt::skip]
pub(crate) const SAMPLERS: &[Pairing] = &[
    nearest("DPM++ 2M SDE", "DPM++ 2M",
        "the same multistep solver without the noise that SDE adds"),
    nearest("DPM++ 2M SDE Karras", "DPM++ 2M Karras",
        "the same solver and schedule without the noise that SDE adds"),
    nearest("DPM++ 2M SDE Exponential", "DPM++ 2M Karras",
        "the same solver; Karras is V3's only schedule that also spends its steps on low noise"),
    nearest("DPM++ 2M SDE Heun", "DPM++ 2M",
        "the same family; V3 has no Heun variant of it"),
    nearest("DPM++ 2M SDE Heun Karras", "DPM++ 2M Karras",
        "the same family and schedule; V3 has no Heun variant of it"),
    nearest("DPM++ 2M SDE Heun Exponential", "DPM++ 2M Karras",
        "the same family; V3 has neither the Heun variant nor the schedule"),
    nearest("DPM++ 3M SDE", "DPM++ 2M",
        "the multistep solver of the next lower order"),
    nearest("DPM++ 3M SDE Karras", "DPM++ 2M Karras",
        "the multistep solver of the next lower order, with the same schedule"),
    nearest("DPM++ 3M SDE Exponential", "DPM++ 2M Karras",
        "the multistep solver of the next lower order"),
    nearest("Restart", "Heun",
        "Restart runs Heun steps and repeats some of them"),
];

/// V2's preprocessor names that V3 spells differently: the old and the display name in the ControlNet extension.
pub(crate) const MODULES: &[Pairing] = &[
    renamed("hed", "softedge_hed"),
    renamed("hed_safe", "softedge_hedsafe"),
    renamed("pidinet", "softedge_pidinet"),
    renamed("pidinet_safe", "softedge_pidsafe"),
    renamed("pidinet_scribble", "scribble_pidinet"),
];

/// What becomes of V2's hires upscalers.
#[rustfmt::skip]
pub(crate) const UPSCALERS: &[Pairing] = &[
    same("Latent"),
    renamed("R-ESRGAN 4x+ Anime6B", "RealESRGAN_x4plus_anime_6B"),
    nearest("R-ESRGAN 4x+", "RealESRNet_x4plus",
        "the same network with other weights: V3 does not list RealESRGAN_x4plus itself"),
    nearest("ESRGAN_4x", "RealESRNet_x4plus",
        "V3's only general upscaler of the ESRGAN family"),
];

/// The models of ControlNet units that are IP adapters, which V3 takes in a field of their own.
#[rustfmt::skip]
pub(crate) const IP_ADAPTERS: &[Pairing] = &[
    renamed("ip-adapter_sd15", "ip-adapter_sd15.bin"),
    renamed("ip-adapter_xl", "ip-adapter_sdxl.bin"),
    nearest("ip-adapter_sd15_plus", "ip-adapter_sd15.bin",
        "V3 has the plain adapter only, which follows the image less closely"),
    nearest("ip-adapter-plus-face_sd15", "ip-adapter_sd15.bin",
        "V3 has the plain adapter only, which is not trained on faces"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v3;

    #[test]
    fn every_pairing_ends_in_a_value_that_v3_lists() {
        for (table, allowed) in [
            (SAMPLERS, v3::SAMPLERS),
            (MODULES, v3::PREPROCESSORS),
            (UPSCALERS, v3::UPSCALERS),
            (IP_ADAPTERS, v3::IP_ADAPTERS),
        ] {
            for pairing in table {
                assert!(allowed.contains(&pairing.v3), "{pairing:?}");
                let is_gone = pairing.v2 != pairing.v3;
                assert_eq!(is_gone, !allowed.contains(&pairing.v2), "{pairing:?}");
                assert_eq!(pairing.fate == Fate::Same, !is_gone, "{pairing:?}");
                let is_reasoned = !pairing.reason.is_empty();
                assert_eq!(
                    pairing.fate == Fate::Substituted,
                    is_reasoned,
                    "{pairing:?}"
                );
            }
        }
    }
}
