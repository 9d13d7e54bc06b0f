"""The guide's tables, and the names that V2 and V3 list (a part of the oracle)."""

# "Moved Inside" and "Changed" rows: V2 name -> V3 name, type, lowest, highest.
MOVED = {
    "negative_prompt": ("negative_prompt", "string"),
    "sampler_name": ("sampler_name", "string"),
    "batch_size": ("image_num", "integer", "1", "8"),
    "steps": ("steps", "integer", "1", "100"),  # the guide says string; its examples, integer
    "cfg_scale": ("guidance_scale", "number", "1", "30"),
    "seed": ("seed", "integer", "-1"),
    "height": ("height", "integer", "128", "2048"),
    "width": ("width", "integer", "128", "2048"),
    "model_name": ("model_name", "name"),
    "sd_vae": ("sd_vae", "string"),
    "clip_skip": ("clip_skip", "integer", "1", "12"),
}
MOVED_TXT2IMG = {"restore_faces": ("restore_faces", "bool")}
MOVED_IMG2IMG = {"denoising_strength": ("strength", "number", "0", "1")}
IMAGE = ("image_base64", "image")
MOVED_EXTRA = {
    "enable_nsfw_detection": ("enable_nsfw_detection", "bool"),
    "nsfw_detection_level": ("nsfw_detection_level", "integer", "0", "2"),
    "response_image_type": ("response_image_type", "string"),
}
MOVED_UNIT = {
    "model": ("model_name", "name"),
    "weight": ("strength", "number", "0", "1"),
    "input_image": IMAGE,
    "module": ("preprocessor", "string"),
    "guidance_start": ("guidance_start", "number", "0", "1"),
    "guidance_end": ("guidance_end", "number", "0", "1"),
}
STRENGTH = ("strength", "number", "0", "1")
# "Deprecated" numbers: the values that asked for nothing.
IDLE = {"img_expire_ttl": (3600,), "resize_mode": (0,), "image_cfg_scale": (), "initial_noise_multiplier": (1,)}
IDLE_UNIT = {"control_mode": (0,), "resize_mode": (0, 1), "processor_res": (512, -1, 0),
             "threshold_a": (64, -1, 0), "threshold_b": (64, -1, 0)}
# Names that clients sent and V2 did not act on.
UNREAD = {"controlnet_no_detectmap", "restore_face", "inpaint_mask_invert"}

HIRES = ["enable_hr", "hr_upscaler", "hr_scale", "hr_resize_x", "hr_resize_y", "denoising_strength"]
MASK_GROUP = ["mask_blur", "inpainting_fill", "inpaint_full_res", "inpaint_full_res_padding", "inpainting_mask_invert"]
ONLY_TXT2IMG = HIRES[:-1] + ["restore_faces_model"]
ONLY_IMG2IMG = ["init_images", "mask", "resize_mode", "image_cfg_scale", "initial_noise_multiplier"] + MASK_GROUP
V2_NAMES = set(ONLY_TXT2IMG + ONLY_IMG2IMG + list(MOVED)) | UNREAD | {
    "lora", "denoising_strength", "prompt", "n_iter", "restore_faces", "img_expire_ttl", "sd_refiner", "controlnet_units"}
# Names of V3 requests that V2 lacks: those with a V2 name of their own, and the others with their type and endpoint.
V3_NAMES = {"image_num": "batch_size", "guidance_scale": "cfg_scale", "strength": "denoising_strength"}
V3_ONLY_TXT2IMG = {"loras", "embeddings", "refiner", "hires_fix", "enable_transparent_background"}
V3_ONLY_IMG2IMG = {"loras", "embeddings", "refiner", "controlnet", "ip_adapters"}
V3_ONLY_INPAINTING = {"mask_image_base64", "inpainting_full_res", "inpainting_full_res_padding"}
NEW_NAMES = set(V3_NAMES) | {"image_base64"} | V3_ONLY_TXT2IMG | V3_ONLY_IMG2IMG | V3_ONLY_INPAINTING
# What they hold: path, type, range, and whether the object that holds it must have it.
V3_INSIDE = {tuple(path.rsplit(".", 1)): rest for path, *rest in map(str.split, """
loras list
loras.model_name name required
loras.strength number 0 1 required
embeddings list
embeddings.model_name name required
hires_fix object
hires_fix.target_width integer 128 4096 required
hires_fix.target_height integer 128 4096 required
hires_fix.strength number 0 1 required
hires_fix.upscaler string
refiner object
refiner.switch_at number 0 1 required
enable_transparent_background bool
controlnet object
controlnet.units list required
ip_adapters list
ip_adapters.model_name string required
ip_adapters.image_base64 image required
ip_adapters.strength number 0 1 required
webhook object
webhook.url name required
webhook.test_mode object
webhook.test_mode.enabled bool required
webhook.test_mode.return_task_status string required
custom_storage object
custom_storage.aws_s3 object
custom_storage.aws_s3.region name required
custom_storage.aws_s3.bucket name required
custom_storage.aws_s3.path string required
custom_storage.aws_s3.save_to_path_directly bool
enterprise_plan object
enterprise_plan.enabled bool
""".strip().split("\n"))}
MOST = {"loras": 5, "embeddings": 5, "ip_adapters": 1}
V3_EXTRA = {"webhook", "custom_storage", "enterprise_plan"}
# Names that V3 has too (its Inpainting API among them): no sign of V2 inside `request`.
SHARED = {"prompt", "negative_prompt", "sampler_name", "steps", "seed", "height", "width", "model_name",
          "restore_faces", "sd_vae", "clip_skip", "mask_blur", "inpainting_mask_invert", "initial_noise_multiplier"}
REQUIRED = {"model_name", "prompt", "image_num", "steps", "guidance_scale", "sampler_name", "width", "height"}

SAMPLERS = """Euler a|Euler|LMS|Heun|DPM2|DPM2 a|DPM++ 2S a|DPM++ 2M|DPM++ SDE|DPM fast|DPM adaptive
LMS Karras|DPM2 Karras|DPM2 a Karras|DPM++ 2S a Karras|DPM++ 2M Karras|DPM++ SDE Karras|DDIM|PLMS
UniPC""".replace("\n", "|").split("|")
PREPROCESSORS = """scribble_hed softedge_hed scribble_hedsafe softedge_hedsafe depth_midas mlsd openpose
openpose_face openpose_faceonly openpose_full openpose_hand dwpose scribble_pidinet softedge_pidinet
scribble_pidsafe softedge_pidsafe normal_bae lineart_coarse lineart_realistic lineart_anime lineart
depth_zoe shuffle mediapipe_face canny depth depth_leres depth_leres++""".split()
UPSCALERS = ["RealESRGAN_x4plus_anime_6B", "RealESRNet_x4plus", "Latent"]
LISTED = {"sampler_name": SAMPLERS, "preprocessor": PREPROCESSORS, "upscaler": UPSCALERS,
          "response_image_type": ["png", "webp", "jpeg"], "return_task_status": ["TASK_STATUS_SUCCEED", "TASK_STATUS_FAILED"]}
IP_ADAPTERS = ["ip-adapter_sd15.bin", "ip-adapter_sdxl.bin"]
# ControlNet models that V2 took in a unit and V3 does not list.
GONE_MODELS = """ip-adapter-plus-face_sd15 ip-adapter_sd15_plus ip-adapter_sd15 ip-adapter_xl
t2i-adapter_diffusers_xl_canny t2i-adapter_diffusers_xl_depth_midas t2i-adapter_diffusers_xl_depth_zoe
t2i-adapter_diffusers_xl_lineart t2i-adapter_diffusers_xl_openpose t2i-adapter_diffusers_xl_sketch
t2i-adapter_xl_canny t2i-adapter_xl_openpose t2i-adapter_xl_sketch""".split()
RENAMED = {"hed": "softedge_hed", "hed_safe": "softedge_hedsafe", "pidinet": "softedge_pidinet",
           "pidinet_safe": "softedge_pidsafe", "pidinet_scribble": "scribble_pidinet",
           "R-ESRGAN 4x+ Anime6B": "RealESRGAN_x4plus_anime_6B"}
SUBSTITUTED = {"R-ESRGAN 4x+": "RealESRNet_x4plus", "ESRGAN_4x": "RealESRNet_x4plus"}  # other weights
NOT_SET = {"sd_vae": [""], "upscaler": [""], "preprocessor": ["none", ""]}
