<tr><td align="center" style="padding:28px 0 22px;">
<p style="margin:0;font:normal 27px/32px Georgia,'Times New Roman',serif;letter-spacing:0.5px;color:#26473d;">Hazel <span style="color:#c08a4a;">&amp;</span> Oak</p>
<p style="margin:4px 0 0;font:11px/16px Helvetica,Arial,sans-serif;letter-spacing:2.5px;text-transform:uppercase;color:#7d7466;">Things for a warm house</p>
</td></tr>
